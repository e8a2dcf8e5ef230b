package dev.rowhound.http.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.job.JobState;
import dev.rowhound.progress.Cursor;
import dev.rowhound.progress.EventBatch;
import dev.rowhound.progress.JobEvent;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.NewJob;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How far a session is, told once each. */
class SessionProgressTest {
    private final Deque<JobSnapshot> store = new ArrayDeque<>();
    private final List<String> told = new ArrayList<>();
    private final SessionProgress progress = new SessionProgress(
            job(JobState.RUNNING, 1),
            () -> Future.succeededFuture(store.poll()),
            job -> {
                told.add(job.state().wire() + " " + job.lastSeq());
                return Future.succeededFuture();
            },
            () -> told.add("end"));

    @Test
    void tellsWhereTheJobStandsAfterEachBatch() {
        store.add(job(JobState.RUNNING, 3));
        store.add(job(JobState.COMPLETED, 5));
        progress.events(batch(2, 3));
        progress.events(batch(4, 5));
        progress.ended();
        assertThat(told).containsExactly("running 3", "completed 5", "end");
    }

    @Test
    void tellsTheEndOnceThoughTheStoreIsAheadOfTheEvents() {
        store.add(job(JobState.COMPLETED, 5));
        store.add(job(JobState.COMPLETED, 5));
        progress.events(batch(2));
        progress.events(batch(3, 4));
        progress.events(batch(5));
        progress.ended();
        assertThat(told).containsExactly("completed 5", "end");
    }

    @Test
    void tellsNothingOfWhatTheBeginningToldAlready() {
        progress.events(batch(1));
        assertThat(told).isEmpty();
    }

    @Test
    void goesOnInAHistoryThatBeganAnew() {
        store.add(job(JobState.RUNNING, 9));
        store.add(job(JobState.RUNNING, 2));
        store.add(job(JobState.COMPLETED, 3));
        progress.events(batch(9));
        assertThat(progress.lost().result()).isEqualTo(new Cursor(2, "0000000a"));
        progress.events(batch(3));
        assertThat(told).containsExactly("running 9", "running 2", "completed 3");
    }

    @Test
    void endsWhenTheJobIsGone() {
        assertThat(progress.lost().failed()).isTrue();
        assertThat(told).containsExactly("end");
    }

    private static EventBatch batch(long... numbers) {
        return new EventBatch(Arrays.stream(numbers)
                .mapToObj(number -> new JobEvent(new Cursor(number, "0000000a"), "item.ended", "{}"))
                .toList());
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
