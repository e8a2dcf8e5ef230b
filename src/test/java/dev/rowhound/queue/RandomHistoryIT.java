package dev.rowhound.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.JobState;
import dev.rowhound.job.RowChunk;
import dev.rowhound.progress.Cursor;
import dev.rowhound.progress.EventLog;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.NewJob;
import dev.rowhound.queue.lease.Leases;
import dev.rowhound.queue.lease.Leases.EndOutcome;
import dev.rowhound.queue.result.ItemView;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Lets several workers, an upload and a recoverer do at random what each may do at any time, calls that come too late
 * and calls that are sent twice among it, and checks after each step what must always hold. The job stops by itself
 * after a sample and after refusals, and is resumed.
 */
@ExtendWith(TestRedis.Extension.class)
@Timeout(60)
class RandomHistoryIT {
    private static final int ROWS = 60;
    private static final int MAX_STEPS = 3000;

    private final TestRedis store;
    private final TestQueue queue;

    /** What the workers believe to hold; some of it they have lost. */
    private final List<Lease> held = new ArrayList<>();

    private final List<Lease> dropped = new ArrayList<>();
    private final Map<Integer, Integer> counted = new HashMap<>();
    private final List<Long> read = new ArrayList<>();
    private Cursor cursor = Cursor.START;

    RandomHistoryIT(TestRedis store) {
        this.store = store;
        this.queue = new TestQueue(store);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 20261122, 77, 4096})
    void countsEachItemOnceWhateverHappens(long seed) {
        Random random = new Random(seed);
        NewJob.Halts halts = new NewJob.Halts(1 + random.nextInt(ROWS), 2);
        TestUpload upload = new TestUpload(queue, "anonymous", NewJob.Pace.DEFAULT, halts);
        String job = upload.job();
        boolean sealed = false;
        int steps = 0;
        while (queue.find(job).state() != JobState.COMPLETED) {
            assertThat(++steps).as("steps of seed %s", seed).isLessThan(MAX_STEPS);
            if (!sealed && random.nextInt(15) == 0) {
                sealed = receive(upload, random);
            } else {
                work(job, random);
            }
            JobInvariants.check(store, job);
            if (random.nextInt(3) == 0) {
                follow(job);
            }
        }
        follow(job);

        JobInvariants.checkSchema(store, job);
        JobSnapshot end = queue.find(job);
        assertThat(queue.types(job)).contains("item.retrying", "rows.rejected", "rows.repeated");
        assertThat(queue.events(job).stream()
                        .filter(event -> event.getString("type").equals("job.paused"))
                        .map(event -> event.getJsonObject("reason").getString("code")))
                .contains("sample", "blocked");
        assertThat(read)
                .isEqualTo(IntStream.rangeClosed(1, (int) end.lastSeq())
                        .mapToObj(Long::valueOf)
                        .toList());
        assertThat(end.done()).isEqualTo(end.total());
        assertResults(job, end);
        dropped.forEach(lease -> assertThat(queue.end(lease)).isNotEqualTo(EndOutcome.OK));
        JobInvariants.check(store, job);
    }

    /** Whether that was the last of it. */
    private boolean receive(TestUpload upload, Random random) {
        if (upload.rows() >= ROWS) {
            upload.seal();
            if (random.nextBoolean()) {
                upload.seal();
            }
            return true;
        }
        String[] keys = IntStream.rangeClosed(0, random.nextInt(12))
                .mapToObj(row -> random.nextInt(8) == 0 ? "!" + row : "k" + random.nextInt(ROWS / 3))
                .toArray(String[]::new);
        RowChunk chunk = upload.chunk(keys);
        Await.result(queue.uploads.append(upload.right(), chunk));
        if (random.nextInt(4) == 0) {
            Await.result(queue.uploads.append(upload.right(), chunk));
        }
        return false;
    }

    private void work(String job, Random random) {
        int choice = random.nextInt(20);
        if (choice < 5) {
            held.addAll(queue.claim(job, 1 + random.nextInt(3)).leases());
        } else if (choice < 6) {
            held.addAll(Await.result(queue.shortLeases.claim(job, 1)).leases());
        } else if (choice < 7) {
            held.addAll(Await.result(queue.leases.claimAsking(job, 2)).leases());
        } else if (choice < 9) {
            queue.tick(job);
        } else if (choice < 10 && !dropped.isEmpty()) {
            late(any(dropped, random));
        } else if (choice < 15 && queue.find(job).state() == JobState.PAUSED) {
            Await.result(queue.jobs.resume(job));
        } else if (!held.isEmpty()) {
            step(any(held, random), random);
        }
    }

    private void step(Lease lease, Random random) {
        Integer attempt = queue.start(lease);
        if (attempt == null) {
            if (queue.renew(lease)) {
                assertThat(queue.find(lease.job()).reason())
                        .as("why a lease cannot start")
                        .isNotNull();
                twice(random, () -> queue.release(lease));
            }
            drop(lease);
            return;
        }
        switch (random.nextInt(7)) {
            case 6 -> {
                assertThat(Await.result(queue.leases.awaitQuestion(lease, "k"))).isEqualTo(EndOutcome.OK);
                drop(lease);
            }
            case 0 -> assertThat(queue.renew(lease)).isTrue();
            // Its worker is gone, and nobody will complete it.
            case 1 -> {
                Await.result(new Leases(store.connector(), TestQueue.SHORT, "node1", queue.large()).renew(lease));
                drop(lease);
            }
            case 2 -> {
                twice(random, () -> queue.release(lease));
                drop(lease);
            }
            case 3 -> {
                ItemResult timeout = ItemResult.failed(ErrorCode.TIMEOUT, "No answer within 10 s.", "start");
                twice(random, () -> Await.result(queue.leases.retry(lease, "k", attempt, timeout, 0)));
                drop(lease);
            }
            default -> {
                ItemResult result =
                        switch (random.nextInt(4)) {
                            case 0 -> ItemResult.notFound();
                            case 1 -> ItemResult.found(new JsonObject().put("by", lease.token()));
                            default -> ItemResult.blocked("A code is asked for.", "start");
                        };
                twice(random, () -> queue.end(lease, result));
                counted.merge(lease.row(), 1, Integer::sum);
                drop(lease);
            }
        }
    }

    /** A call that is counted, and now and then once more, as after a lost reply. */
    private static void twice(Random random, Supplier<EndOutcome> call) {
        assertThat(call.get()).isEqualTo(EndOutcome.OK);
        if (random.nextBoolean()) {
            assertThat(call.get()).isEqualTo(EndOutcome.AGAIN);
        }
    }

    /** A worker that had been taken for lost comes back. */
    private void late(Lease lease) {
        boolean stillHeld = queue.renew(lease);
        EndOutcome outcome = queue.end(lease);
        assertThat(outcome == EndOutcome.OK)
                .as("a late call counts while the lease is held")
                .isEqualTo(stillHeld);
        if (stillHeld) {
            counted.merge(lease.row(), 1, Integer::sum);
        }
    }

    private void drop(Lease lease) {
        held.remove(lease);
        dropped.add(lease);
    }

    private static Lease any(List<Lease> leases, Random random) {
        return leases.get(random.nextInt(leases.size()));
    }

    /** A watcher that looks now and then and reads a few events at a time. */
    private void follow(String job) {
        EventLog.Read next;
        do {
            next = Await.result(queue.log.after(job, cursor, 7));
            assertThat(next.lost()).isFalse();
            assertThat(next.events()).hasSizeLessThanOrEqualTo(7);
            next.events().forEach(event -> read.add(event.cursor().seq()));
            if (!next.events().isEmpty()) {
                cursor = next.events().get(next.events().size() - 1).cursor();
            }
        } while (!next.events().isEmpty());
    }

    private void assertResults(String job, JobSnapshot end) {
        counted.forEach((row, times) -> assertThat(times).as("row %s", row).isEqualTo(1));
        List<ItemView> items = new ArrayList<>();
        while (items.size() < end.received()) {
            items.addAll(queue.page(job, items.size() + 1));
        }
        for (ItemView item : items) {
            assertThat(item.state().ended()).as("row %s", item.row()).isTrue();
            boolean worked = List.of(ItemState.FOUND, ItemState.NOT_FOUND, ItemState.BLOCKED)
                    .contains(item.state());
            if (item.row().aliasOf() == 0) {
                assertThat(counted.containsKey(item.row().number()))
                        .as("row %s", item)
                        .isEqualTo(worked);
            } else {
                ItemView first = items.get(item.row().aliasOf() - 1);
                assertThat(item.state()).isEqualTo(first.state());
                assertThat(item.fields()).isEqualTo(first.fields());
            }
        }
    }
}
