package dev.rowhound.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.Await;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.JobState;
import dev.rowhound.job.Row;
import dev.rowhound.queue.lease.Leases;
import dev.rowhound.queue.lease.Leases.EndOutcome;
import dev.rowhound.queue.result.Compaction;
import dev.rowhound.queue.result.ItemView;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tries to bring results to the wrong rows: out of order, from two nodes, late, twice, over repeated keys, retries, a
 * second generation and two compactions. Each result says what it was found for, so that one that has gone astray shows.
 */
@ExtendWith(TestRedis.Extension.class)
@Timeout(60)
class RightRowsIT {
    private static final int KEYS = 40;

    private final TestRedis store;
    private final TestQueue queue;
    private final List<Leases> nodes;
    private final List<Leases> dying;

    RightRowsIT(TestRedis store) {
        this.store = store;
        this.queue = new TestQueue(store);
        this.nodes = List.of(node("node1", TestQueue.PATIENT), node("node2", TestQueue.PATIENT));
        this.dying = List.of(node("node1", TestQueue.SHORT), node("node2", TestQueue.SHORT));
    }

    private Leases node(String name, QueueConfig config) {
        return new Leases(store.connector(), config, name, queue.large());
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {5, 1122})
    void eachResultIsFoundAtItsOwnRow(long seed) throws IOException {
        Random random = new Random(seed);
        TestUpload upload = queue.receiving();
        List<Held> late = new ArrayList<>();
        for (int chunk = 0; chunk < 6; chunk++) {
            upload.append(IntStream.range(0, 15)
                    .mapToObj(row -> "k" + random.nextInt(KEYS))
                    .toArray(String[]::new));
            work(upload.job(), random, late, 3);
        }
        String job = upload.seal();
        while (queue.find(job).state() != JobState.COMPLETED) {
            work(job, random, late, 6);
            Await.result(queue.jobs.tick(job));
        }
        assertRight(job);

        late.forEach(held -> assertThat(end(held)).isNotEqualTo(EndOutcome.OK));
        compact(job);
        assertRight(job);
        Await.result(queue.jobs.retryFailed(job, Set.of(), "again"));
        while (queue.find(job).state() != JobState.COMPLETED) {
            Await.result(queue.jobs.tick(job));
            work(job, random, late, 6);
        }
        late.forEach(held -> assertThat(end(held)).isNotEqualTo(EndOutcome.OK));
        compact(job);
        assertRight(job);
    }

    /** A row that a node looks up. */
    private record Held(Leases node, Lease lease, Row row) {}

    /** Takes some rows, and brings what was found for them in another order; some of it too late, or twice. */
    private void work(String job, Random random, List<Held> late, int most) {
        List<Held> held = new ArrayList<>();
        for (int node = 0; node < 2; node++) {
            boolean dies = random.nextInt(4) == 0;
            Leases of = (dies ? dying : nodes).get(node);
            for (Lease lease : Await.result(of.claim(job, most)).leases()) {
                Row row = Await.result(queue.items.row(job, lease.row()));
                (dies ? late : held).add(new Held(of, lease, row));
            }
        }
        Await.result(queue.jobs.tick(job));
        Collections.shuffle(held, random);
        for (Held each : held) {
            Await.result(each.node.start(each.lease, each.row.key()));
            if (random.nextInt(5) == 0) {
                ItemResult timeout = ItemResult.failed(ErrorCode.TIMEOUT, "No answer.", "start");
                Await.result(each.node.retry(each.lease, each.row.key(), 1, timeout, 0));
                late.add(each);
            } else {
                assertThat(end(each)).isEqualTo(EndOutcome.OK);
                assertThat(end(each)).isEqualTo(EndOutcome.AGAIN);
            }
        }
    }

    private EndOutcome end(Held held) {
        ItemResult result = held.row.number() % 3 == 0
                ? ItemResult.failed(ErrorCode.SELECTOR_MISSING, held.row.key(), "title")
                : found(held.row);
        return Await.result(held.node.end(held.lease, held.row, 1, result, List.of()));
    }

    private static ItemResult found(Row row) {
        // Every other one is large, and so a file of its own.
        String padding = "x".repeat(row.number() % 2 * 3000);
        return ItemResult.found(new JsonObject().put("of", row.key()).put("padding", padding));
    }

    private void compact(String job) throws IOException {
        Compaction compaction = new Compaction(store.connector(), queue.artifacts, TestQueue.SHORT);
        assertThat(compaction.run(job, () -> true).entries()).isPositive();
    }

    private List<ItemView> views(String job) {
        List<ItemView> views = new ArrayList<>();
        while (views.size() < queue.find(job).received()) {
            views.addAll(queue.page(job, views.size() + 1));
        }
        return views;
    }

    private void assertRight(String job) {
        for (ItemView view : views(job)) {
            String of = view.state() == ItemState.FOUND
                    ? view.fields().getString("of")
                    : view.error().message();
            assertThat(of)
                    .as("what was found for row %s", view.row())
                    .isEqualTo(view.row().key());
        }
        assertThat(queue.items.mismatches()).isZero();
    }

    @Test
    void aResultOfAnotherRowCannotEndIt() {
        String job = queue.running("a", "b");
        Lease first = queue.claim(job);
        Row second = Await.result(queue.items.row(job, 2));

        assertThatThrownBy(() -> queue.leases.end(first, second, 1, found(second), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a result of row 2 cannot end row 1");
    }

    @Test
    void whatHasGoneAstrayInTheStoreIsKnownThereAndInASegment() throws IOException {
        String job = queue.running("a", "b", "c", "a", "b");
        for (Lease lease : queue.claim(job, 3).leases()) {
            queue.end(lease, found(queue.row(lease)));
        }
        String results = Keys.job(job).results();
        String first = store.send(Command.HGET, results, 1).toString();
        store.send(
                Command.HSET, results, 1, store.send(Command.HGET, results, 2).toString());
        store.send(Command.HSET, results, 2, first);

        assertAstray(job);
        compact(job);
        assertAstray(job);
        // The rows that repeat the two keys are known as wrong too.
        assertThat(queue.items.mismatches()).isEqualTo(8);
    }

    private void assertAstray(String job) {
        List<ItemView> views = views(job);
        for (int row : new int[] {1, 2, 4, 5}) {
            assertThat(views.get(row - 1).state()).isEqualTo(ItemState.FAILED);
            assertThat(views.get(row - 1).error().code()).isEqualTo(ErrorCode.INTERNAL);
            assertThat(views.get(row - 1).fields()).isEmpty();
        }
        assertThat(views.get(2).fields().getString("of")).isEqualTo("c");
    }
}
