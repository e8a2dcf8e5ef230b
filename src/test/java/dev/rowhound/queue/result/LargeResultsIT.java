package dev.rowhound.queue.result;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemError;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.queue.JobInvariants;
import dev.rowhound.queue.Lease;
import dev.rowhound.queue.TestFiles;
import dev.rowhound.queue.TestQueue;
import dev.rowhound.queue.lease.Leases;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestRedis.Extension.class)
class LargeResultsIT {
    private final TestRedis store;
    private final TestQueue queue;

    LargeResultsIT(TestRedis store) {
        this.store = store;
        this.queue = new TestQueue(store);
    }

    private static ItemResult found(int chars) {
        return ItemResult.found(new JsonObject().put("text", "ữ\"" + "x".repeat(chars)));
    }

    private static String stored(TestRedis store, String job, int row) {
        return store.send(Command.HGET, Keys.job(job).results(), row).toString();
    }

    @Test
    void aResultAboveTheLimitIsAFileWithAPointerInTheStore() {
        String job = queue.running("a", "b");
        List<Lease> leases = queue.claim(job, 2).leases();
        JsonObject fields = found(3000).fields();

        queue.end(leases.get(0), found(3000));
        queue.end(leases.get(1), found(1500));

        TestFiles files = new TestFiles(queue.artifacts, job);
        assertThat(files.names()).hasSize(1).first().asString().matches("row-1-[0-9a-f]{16}\\.json");
        assertThat(stored(store, job, 1))
                .startsWith(leases.get(0).token() + "|1|{\"artifact\":\""
                        + files.names().get(0))
                .hasSizeLessThan(200);
        assertThat(stored(store, job, 2)).contains("|{\"fields\":{\"text\":");
        List<ItemView> items = queue.page(job, 1);
        assertThat(items.get(0).fields()).isEqualTo(fields);
        assertThat(items.get(0).attempts()).isEqualTo(1);
        assertThat(items.get(1).fields()).isEqualTo(found(1500).fields());
    }

    @Test
    void theLimitCountsBytesAsTheyAreStored() {
        assertThat(LargeResults.large("x".repeat(2048))).isFalse();
        assertThat(LargeResults.large("x".repeat(2049))).isTrue();
        assertThat(LargeResults.large("ữ".repeat(683))).isTrue();
        assertThat(LargeResults.large("ữ".repeat(682))).isFalse();
    }

    @Test
    void itsEventStaysSmall() {
        String job = queue.running("a", "b");
        List<Lease> leases = queue.claim(job, 2).leases();

        queue.end(leases.get(0), found(3000));
        JsonObject large = queue.lastEvent(job);
        queue.end(leases.get(1), found(10));

        assertThat(large.getJsonObject("fields")).isEqualTo(new JsonObject());
        assertThat(large.getBoolean("fields_omitted")).isTrue();
        assertThat(queue.events(job))
                .filteredOn(event -> event.getString("type").equals("item.ended") && event.getInteger("row") == 2)
                .allSatisfy(
                        event -> assertThat(event.containsKey("fields_omitted")).isFalse());
        JobInvariants.check(store, job);
        JobInvariants.checkSchema(store, job);
    }

    @Test
    void aCallThatIsSentAgainLeavesOneFile() {
        String job = queue.running("a", "b");
        Lease lease = queue.claim(job);

        assertThat(queue.end(lease, found(3000))).isEqualTo(Leases.EndOutcome.OK);
        assertThat(queue.end(lease, found(3000))).isEqualTo(Leases.EndOutcome.AGAIN);

        assertThat(new TestFiles(queue.artifacts, job).names()).hasSize(1);
    }

    @Test
    void theFileOfALostLeaseIsNeverNamed() {
        String job = queue.running("a");
        Lease lost = queue.claimShortly(job);
        queue.start(lost);
        queue.tick(job);
        Lease lease = queue.claim(job);
        queue.start(lease);

        assertThat(queue.end(lost, found(3000))).isEqualTo(Leases.EndOutcome.STALE);
        assertThat(queue.end(lease, found(3000))).isEqualTo(Leases.EndOutcome.OK);

        TestFiles files = new TestFiles(queue.artifacts, job);
        assertThat(files.names()).hasSize(2);
        assertThat(queue.page(job, 1).get(0).fields()).isEqualTo(found(3000).fields());
    }

    @Test
    void aResultThatIsTooLargeIsAFailure() {
        String job = queue.running("a", "b");
        List<Lease> leases = queue.claim(job, 2).leases();

        queue.end(leases.get(0), found(LargeResults.MAX_BYTES));
        queue.end(leases.get(1), found(LargeResults.MAX_BYTES - 100));

        List<ItemView> items = queue.page(job, 1);
        assertThat(items.get(0).state()).isEqualTo(ItemState.FAILED);
        assertThat(items.get(0).error())
                .isEqualTo(new ItemError(
                        ErrorCode.TOO_LARGE,
                        "The fields hold 1048592 bytes of JSON; a result may have 1048576",
                        "extract"));
        assertThat(items.get(1).state()).isEqualTo(ItemState.FOUND);
        assertThat(queue.count(job, ItemState.FAILED)).isEqualTo(1);
        assertThat(new TestFiles(queue.artifacts, job).names()).hasSize(1);
        JobInvariants.check(store, job);
    }

    @Test
    void aLongErrorIsCut() {
        String job = queue.running("a", "b");
        Lease lease = queue.claim(job);

        queue.end(lease, ItemResult.failed(ErrorCode.NAVIGATION, "why ".repeat(1000), "start"));

        ItemError error = queue.page(job, 1).get(0).error();
        assertThat(error.message()).hasSize(501).endsWith("why …");
        assertThat(queue.lastEvent(job).getJsonObject("error").getString("message"))
                .isEqualTo(error.message());
    }

    @Test
    void pagesOfLargeResultsAreShort() {
        String[] keys = IntStream.rangeClosed(1, 9).mapToObj(row -> "k" + row).toArray(String[]::new);
        String job = queue.running(keys);
        for (Lease lease : queue.claim(job, 9).leases()) {
            queue.end(lease, found(900_000));
        }

        List<Integer> rows = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        for (List<ItemView> page = queue.page(job, 1); !page.isEmpty(); page = queue.page(job, rows.size() + 1)) {
            page.forEach(item -> {
                rows.add(item.row().number());
                assertThat(item.fields().getString("text")).hasSize(900_002);
            });
            sizes.add(page.size());
        }

        assertThat(rows).isEqualTo(IntStream.rangeClosed(1, 9).boxed().toList());
        assertThat(sizes).containsExactly(2, 2, 2, 2, 1);
    }
}
