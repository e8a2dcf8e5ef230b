package dev.rowhound.queue.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.Await;
import dev.rowhound.artifact.ArtifactDraft;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.JobState;
import dev.rowhound.queue.Lease;
import dev.rowhound.queue.QueueConfig;
import dev.rowhound.queue.TestFiles;
import dev.rowhound.queue.TestQueue;
import dev.rowhound.queue.TestUpload;
import dev.rowhound.queue.job.EndedJobs;
import dev.rowhound.queue.result.Compaction.Compacted;
import dev.rowhound.queue.result.Compaction.SegmentLease;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestRedis.Extension.class)
class CompactionIT {
    private static final int ROWS = 1234;

    private final TestRedis store;
    private final TestQueue queue;
    private final Compaction compaction;
    private final JobFiles files;

    CompactionIT(TestRedis store) {
        this.store = store;
        this.queue = new TestQueue(store);
        this.compaction = new Compaction(store.connector(), queue.artifacts, TestQueue.PATIENT);
        this.files = new JobFiles(store.connector(), queue.artifacts, Duration.ZERO, Duration.ofHours(72));
    }

    private static ItemResult result(int row, String round) {
        return switch (row % 10) {
            case 3 -> ItemResult.notFound();
            case 5 -> ItemResult.failed(ErrorCode.TIMEOUT, "Không trả lời, " + round, "start");
            case 7 -> ItemResult.blocked("The site asks for a code, " + round, "start");
            case 8 ->
                ItemResult.found(new JsonObject().put("text", round + row + "x".repeat(row % 100 == 8 ? 5000 : 9)));
            default -> ItemResult.found(new JsonObject().put("name", "Công ty \"" + row + "\"\n" + round));
        };
    }

    /** A job with repeats, refused rows, and results large and small. */
    private String completed() {
        TestUpload upload = queue.receiving();
        for (int from = 1; from <= ROWS; from += 300) {
            upload.append(IntStream.range(from, Math.min(from + 300, ROWS + 1))
                    .mapToObj(row -> row % 50 == 0 ? "!" + row : row % 40 == 1 ? "again" + row / 200 : "k" + row)
                    .toArray(String[]::new));
        }
        String job = upload.seal();
        work(job, "round 1");
        assertThat(queue.find(job).state()).isEqualTo(JobState.COMPLETED);
        return job;
    }

    private void work(String job, String round) {
        for (var claim = queue.claim(job, 200); !claim.leases().isEmpty(); claim = queue.claim(job, 200)) {
            claim.leases().forEach(queue::start);
            claim.leases().forEach(lease -> queue.end(lease, result(lease.row(), round)));
        }
    }

    /** What a completed job's owner does: its failed rows wait again, as its next generation. */
    private void retry(String job) {
        Keys.Job keys = Keys.job(job);
        String states = TestRedis.bytes(store.send(Command.GET, keys.states()));
        int first = states.indexOf('x') + 1;
        int again = 0;
        int repeats = 0;
        for (int row = 1; row <= states.length(); row++) {
            if (states.charAt(row - 1) == 'x') {
                store.send(Command.SETRANGE, keys.states(), row - 1, "\0");
                var times = store.send(Command.HGET, keys.repeats(), row);
                repeats += times == null ? 0 : times.toInteger();
                again++;
            }
        }
        store.send(Command.HINCRBY, keys.meta(), "c:x", -again - repeats);
        store.send(Command.HINCRBY, keys.meta(), "gen", 1);
        store.send(Command.HSET, keys.meta(), "state", "running", "next", first);
        store.send(Command.HDEL, keys.meta(), "ended");
    }

    private List<ItemView> rows(String job) {
        List<ItemView> rows = new ArrayList<>();
        for (List<ItemView> page = queue.page(job, 1); !page.isEmpty(); page = queue.page(job, rows.size() + 1)) {
            rows.addAll(page);
        }
        return rows;
    }

    private Compacted compact(String job) {
        try {
            return compaction.run(job, () -> true);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private boolean exists(String key) {
        return store.send(Command.EXISTS, key).toInteger() == 1;
    }

    private TestFiles files(String job) {
        return new TestFiles(queue.artifacts, job);
    }

    @Test
    void resultsReadTheSameBeforeAndAfter() throws IOException {
        String job = completed();
        List<ItemView> before = rows(job);
        assertThat(before).hasSize(ROWS);
        assertThat(before)
                .extracting(ItemView::state)
                .contains(
                        ItemState.FOUND,
                        ItemState.NOT_FOUND,
                        ItemState.FAILED,
                        ItemState.BLOCKED,
                        ItemState.INVALID_INPUT);
        assertThat(files(job).rows()).isNotEmpty();

        Compacted outcome = compact(job);

        assertThat(outcome.entries()).isGreaterThan(1000);
        assertThat(outcome.waitMillis()).isEqualTo(-1);
        Keys.Job keys = Keys.job(job);
        for (String key : List.of(keys.results(), keys.attempts(), keys.owners(), keys.leases(), keys.due())) {
            assertThat(exists(key)).as(key).isFalse();
        }
        assertThat(store.hash(keys.meta()))
                .containsEntry("segment", files(job).segments().get(0))
                .containsEntry("segment_gen", "1")
                .doesNotContainKeys("segment_next", "segment_until");
        assertThat(rows(job)).isEqualTo(before);
        files.tidy(job, Instant.EPOCH);
        assertThat(files(job).rows()).as("they are in the segment").isEmpty();
        assertThat(rows(job)).isEqualTo(before);
        assertThat(new TestQueue(store).page(job, 1111)).isEqualTo(before.subList(1110, 1200));
        assertThat(compact(job)).isEqualTo(new Compacted(0, -1));
    }

    @Test
    void readersMeetNoGapWhileItHappens() throws Exception {
        for (int round = 0; round < 4; round++) {
            String job = completed();
            List<ItemView> before = rows(job);
            AtomicBoolean over = new AtomicBoolean();
            List<CompletableFuture<Integer>> readers = IntStream.range(0, 3)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> {
                        int times = 0;
                        do {
                            assertThat(rows(job)).isEqualTo(before);
                            times++;
                        } while (!over.get());
                        return times;
                    }))
                    .toList();

            compact(job);
            files.tidy(job, Instant.EPOCH);
            over.set(true);

            for (CompletableFuture<Integer> reader : readers) {
                assertThat(reader.get()).isPositive();
            }
            assertThat(rows(job)).isEqualTo(before);
        }
    }

    @Test
    void aRetryLiesOverTheSegmentAndIsCompactedWithIt() throws IOException {
        String job = completed();
        compact(job);
        files.tidy(job, Instant.EPOCH);
        List<ItemView> first = rows(job);
        String segment = files(job).segments().get(0);

        retry(job);
        List<ItemView> waiting = rows(job);
        Lease lease = queue.claim(job);
        queue.start(lease);
        queue.end(lease, ItemResult.found(new JsonObject().put("text", "y".repeat(4000))));
        files.tidy(job, Instant.EPOCH);
        List<ItemView> between = rows(job);
        assertThat(compact(job)).as("it runs").isEqualTo(new Compacted(0, -1));
        work(job, "round 2");
        List<ItemView> second = rows(job);
        compact(job);
        List<ItemView> third = rows(job);
        files.tidy(job, Instant.EPOCH);

        int row = lease.row();
        assertThat(first.get(row - 1).state()).isEqualTo(ItemState.FAILED);
        assertThat(waiting)
                .filteredOn(item -> item.state() == ItemState.WAITING)
                .hasSizeGreaterThan(100)
                .allSatisfy(item -> {
                    assertThat(item.error()).isNull();
                    assertThat(item.attempts()).isZero();
                });
        assertThat(between.get(row - 1).fields().getString("text")).hasSize(4000);
        assertThat(between.get(row + 9).state()).isEqualTo(ItemState.WAITING);
        for (int i = 0; i < ROWS; i++) {
            if (first.get(i).state() == ItemState.FAILED && second.get(i).row().aliasOf() == 0 && i != row - 1) {
                assertThat(second.get(i).error().message()).endsWith("round 2");
            } else if (first.get(i).state() != ItemState.FAILED) {
                assertThat(second.get(i)).as("others are untouched").isEqualTo(first.get(i));
                assertThat(waiting.get(i)).isEqualTo(first.get(i));
            }
        }
        assertThat(third).isEqualTo(second);
        assertThat(rows(job)).isEqualTo(second);
        assertThat(files(job).segments()).hasSize(1).doesNotContain(segment);
        assertThat(files(job).segments().get(0)).startsWith("results-2-");
        assertThat(files(job).rows()).isEmpty();
    }

    @Test
    void aRetryThatComesFirstKeepsItsResults() throws IOException {
        String job = completed();
        List<ItemView> first = rows(job);
        SegmentLease lease = compaction.begin(job);
        compaction.write(lease, () -> true);

        retry(job);
        work(job, "round 2");
        List<ItemView> second = rows(job);

        assertThat(compaction.commit(lease)).isFalse();
        assertThat(files(job).segments()).as("its own file is gone").isEmpty();
        assertThat(rows(job)).isEqualTo(second).isNotEqualTo(first);
        assertThat(compact(job).waitMillis()).as("the lease holds for a while").isPositive();
    }

    @Test
    void aJobThatRunsAgainHasNothingTaken() throws IOException {
        String job = completed();
        SegmentLease lease = compaction.begin(job);
        compaction.write(lease, () -> true);
        retry(job);
        List<ItemView> waiting = rows(job);

        assertThat(compaction.commit(lease)).isFalse();

        assertThat(rows(job)).isEqualTo(waiting);
        work(job, "round 2");
        assertThat(queue.find(job).state()).isEqualTo(JobState.COMPLETED);
    }

    @Test
    void ofTwoNodesOneDoesIt() throws Exception {
        for (int round = 0; round < 5; round++) {
            String job = completed();
            List<ItemView> before = rows(job);

            List<CompletableFuture<Compacted>> nodes = IntStream.range(0, 4)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> compact(job)))
                    .toList();
            List<Compacted> outcomes = new ArrayList<>();
            for (CompletableFuture<Compacted> node : nodes) {
                outcomes.add(node.get());
            }

            assertThat(outcomes).filteredOn(outcome -> outcome.entries() > 0).hasSize(1);
            assertThat(files(job).segments()).hasSize(1);
            assertThat(rows(job)).isEqualTo(before);
        }
    }

    @Test
    void aNodeThatWakesUpAfterAnotherTookOverChangesNothing() throws IOException {
        String job = completed();
        List<ItemView> before = rows(job);
        SegmentLease frozen = compaction.begin(job);
        compaction.write(frozen, () -> true);
        store.send(Command.HSET, Keys.job(job).meta(), "segment_until", 1);
        assertThat(compaction.commit(frozen)).as("its time is over").isFalse();
        compaction.write(frozen, () -> true);

        SegmentLease other = compaction.begin(job);
        compaction.write(other, () -> true);
        assertThat(compaction.commit(frozen)).as("another has the lease").isFalse();
        assertThat(compaction.commit(other)).isTrue();
        assertThat(compaction.commit(frozen)).as("another has done it").isFalse();
        assertThat(compaction.commit(other)).as("a call that is sent again").isTrue();

        assertThat(files(job).segments()).containsExactly(other.name());
        assertThat(rows(job)).isEqualTo(before);
    }

    @Test
    void aNodeKilledBeforeTheCommitLeavesAFileThatGoes() throws IOException {
        String job = completed();
        List<ItemView> before = rows(job);
        SegmentLease killed = compaction.begin(job);
        compaction.write(killed, () -> true);

        files.tidy(job, Instant.EPOCH);
        assertThat(files(job).segments()).as("it may still be taken").containsExactly(killed.name());
        store.send(Command.HSET, Keys.job(job).meta(), "segment_until", 1);
        files.tidy(job, Instant.EPOCH);

        assertThat(files(job).segments()).isEmpty();
        assertThat(compaction.commit(killed))
                .as("what was deleted is never taken")
                .isFalse();
        assertThat(rows(job)).isEqualTo(before);
        assertThat(compact(job).entries()).isPositive();
        assertThat(rows(job)).isEqualTo(before);
    }

    @Test
    void filesOfACompactedJobStayForAWhile() throws IOException {
        String job = completed();
        List<String> rows = files(job).rows();
        compact(job);
        retry(job);
        work(job, "round 2");
        compact(job);

        JobFiles.FilesState standing = new JobFiles(
                        store.connector(), queue.artifacts, Duration.ofMinutes(10), Duration.ofHours(72))
                .tidy(job, Instant.EPOCH);

        assertThat(standing).isEqualTo(new JobFiles.FilesState(JobState.COMPLETED, false));
        assertThat(files(job).segments()).hasSize(2);
        assertThat(files(job).rows()).containsAll(rows);
    }

    @Test
    void filesOfAnOpenJobStay() throws IOException {
        String job = queue.running("a", "b");
        queue.end(queue.claim(job), ItemResult.found(new JsonObject().put("text", "y".repeat(4000))));
        try (ArtifactDraft input = queue.artifacts.write(job, "input-1.csv")) {
            input.commit();
        }

        assertThat(files.tidy(job, Instant.EPOCH)).isEqualTo(new JobFiles.FilesState(JobState.RUNNING, false));

        assertThat(files(job).names()).hasSize(2);
        queue.end(queue.claim(job));
        assertThat(files.tidy(job, Instant.EPOCH)).isEqualTo(new JobFiles.FilesState(JobState.COMPLETED, true));
        assertThat(files(job).names()).hasSize(2);
        assertThat(files.tidy("none", Instant.EPOCH)).isEqualTo(new JobFiles.FilesState(null, false));
    }

    @Test
    void aDroppedCompactionLeavesNothing() throws IOException {
        String job = completed();
        AtomicBoolean first = new AtomicBoolean(true);

        Compacted outcome = compaction.run(job, () -> first.getAndSet(false));

        assertThat(outcome).isEqualTo(new Compacted(0, 1000));
        assertThat(files(job).segments()).isEmpty();
        assertThat(exists(Keys.job(job).results())).isTrue();
    }

    @Test
    void aJobIsLeftAloneUntilItsTime() throws IOException {
        QueueConfig later = new QueueConfig(
                Duration.ofMinutes(5),
                Duration.ofMinutes(5),
                3,
                Duration.ofDays(7),
                Duration.ofMinutes(10),
                Duration.ofSeconds(60));
        String job = completed();
        String open = queue.running("a");
        String failed = queue.receiving("a").job();
        queue.cancel(open);
        Compaction patient = new Compaction(store.connector(), queue.artifacts, later);

        assertThat(patient.run(job, () -> true).waitMillis()).isBetween(50_000L, 60_000L);
        assertThat(patient.run(open, () -> true)).as("it has no results").isEqualTo(new Compacted(0, -1));
        assertThat(patient.run(failed, () -> true)).as("it receives").isEqualTo(new Compacted(0, -1));
        assertThat(patient.run("none", () -> true)).isEqualTo(new Compacted(0, -1));
    }

    @Test
    void aCancelledJobKeepsWhatItHas() {
        String job = queue.running("a", "b", "a", "c");
        queue.end(queue.claim(job));
        queue.claim(job);
        queue.cancel(job);
        List<ItemView> before = queue.page(job, 1);

        assertThat(compact(job).entries()).isEqualTo(1);

        assertThat(queue.page(job, 1)).isEqualTo(before);
        assertThat(before)
                .extracting(ItemView::state)
                .containsExactly(ItemState.FOUND, ItemState.CANCELLED, ItemState.FOUND, ItemState.CANCELLED);
        assertThat(before.get(0).fields().isEmpty()).isFalse();
    }

    @Test
    void whatCannotBeReadStaysInTheStore() throws IOException {
        String job = completed();
        String lost = files(job).rows().get(0);
        queue.artifacts.delete(job, lost);

        assertThatThrownBy(() -> compaction.run(job, () -> true)).isInstanceOf(IOException.class);

        assertThat(exists(Keys.job(job).results())).isTrue();
        assertThat(files(job).segments()).isEmpty();
    }

    @Test
    void allKeysOfACompactedJobExpireTogether() {
        String job = completed();
        queue.tick(job);
        compact(job);
        expireTogether(job);
        retry(job);
        work(job, "round 2");
        queue.tick(job);
        compact(job);
        expireTogether(job);
    }

    private void expireTogether(String job) {
        assertThat(Keys.job(job).all())
                .filteredOn(this::exists)
                .isNotEmpty()
                .allSatisfy(key -> assertThat(store.send(Command.PTTL, key).toLong())
                        .as(key)
                        .isPositive());
    }

    @Test
    void anEndedJobIsFoundUntilItIsCompacted() {
        EndedJobs ended = new EndedJobs(store.connector(), TestQueue.PATIENT);
        String job = completed();
        assertThat(Await.result(ended.due(10))).isEmpty();
        queue.tick(job);

        EndedJobs.Ended due = Await.result(ended.due(10)).get(0);
        assertThat(due.id()).isEqualTo(job);
        Await.result(ended.putOff(due, 60_000));
        assertThat(Await.result(ended.due(10))).isEmpty();
        Await.result(ended.remember(job));
        assertThat(Await.result(ended.due(10))).as("it is known").isEmpty();
        queue.tick(job);
        EndedJobs.Ended again = Await.result(ended.due(10)).get(0);
        Await.result(ended.done(due));
        assertThat(Await.result(ended.due(10)))
                .as("it ended again since that was read")
                .containsExactly(again);
        Await.result(ended.done(again));
        assertThat(Await.result(ended.due(10))).isEmpty();
        Await.result(ended.remember(job));
        assertThat(Await.result(ended.due(10))).extracting(EndedJobs.Ended::id).containsExactly(job);
    }
}
