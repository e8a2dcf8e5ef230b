package dev.rowhound.http.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.job.JobState;
import dev.rowhound.progress.TotalsWatch.PollResult;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.NewJob;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How far a job is, told once each. */
class TotalsSinkTest {
    private final Deque<JobSnapshot> store = new ArrayDeque<>();
    private final List<String> told = new ArrayList<>();
    private Future<Void> taken = Future.succeededFuture();
    private final TotalsSink sink = new TotalsSink(
            () -> Future.succeededFuture(store.poll()),
            job -> {
                told.add(job.state().wire() + " " + job.lastSeq());
                return taken;
            },
            end -> told.add("end " + end));

    private PollResult poll() {
        return sink.poll().result();
    }

    @Test
    void tellsWhereTheJobStandsToItsEnd() {
        store.add(job(JobState.RUNNING, 3));
        store.add(job(JobState.COMPLETED, 5));
        assertThat(poll()).isEqualTo(PollResult.CHANGED);
        assertThat(poll()).isEqualTo(PollResult.END);
        assertThat(told).containsExactly("running 3", "completed 5", "end ENDED");
    }

    @Test
    void tellsNothingTwice() {
        store.add(job(JobState.RUNNING, 3));
        store.add(job(JobState.RUNNING, 3));
        assertThat(poll()).isEqualTo(PollResult.CHANGED);
        assertThat(poll()).isEqualTo(PollResult.UNCHANGED);
        assertThat(told).containsExactly("running 3");
    }

    @Test
    void tellsAgainWhatTheClientDidNotTake() {
        store.add(job(JobState.COMPLETED, 5));
        store.add(job(JobState.COMPLETED, 5));
        taken = Future.failedFuture("the client has disconnected");
        assertThat(sink.poll().failed()).isTrue();
        taken = Future.succeededFuture();
        assertThat(poll()).isEqualTo(PollResult.END);
        assertThat(told).containsExactly("completed 5", "completed 5", "end ENDED");
    }

    @Test
    void goesOnInAHistoryThatBeganAnew() {
        store.add(job(JobState.RUNNING, 9));
        store.add(job(JobState.RUNNING, 2));
        store.add(job(JobState.COMPLETED, 3));
        poll();
        poll();
        assertThat(poll()).isEqualTo(PollResult.END);
        assertThat(told).containsExactly("running 9", "running 2", "completed 3", "end ENDED");
    }

    @Test
    void endsWhenTheJobIsGone() {
        assertThat(poll()).isEqualTo(PollResult.END);
        assertThat(told).containsExactly("end GONE");
    }

    private static JobSnapshot job(JobState state, long lastSeq) {
        return new JobSnapshot(
                "j",
                state,
                "anna",
                new JsonObject(),
                "companies",
                1,
                List.of(),
                "a.csv",
                List.of("code"),
                0,
                null,
                2,
                2,
                1,
                Map.of(),
                Instant.EPOCH,
                Instant.EPOCH,
                null,
                null,
                List.of(),
                lastSeq,
                "0000000a",
                "",
                "",
                new NewJob.Pace(5, 0, 0, 0),
                null,
                Instant.EPOCH);
    }
}
