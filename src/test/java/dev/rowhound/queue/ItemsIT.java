package dev.rowhound.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.Await;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemError;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.result.ItemView;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ItemsIT extends CheckedQueue {
    ItemsIT(TestRedis store) {
        super(store);
    }

    private List<ItemView> page(String job, int from) {
        return queue.page(job, from);
    }

    @Test
    void readsARowAsItCame() {
        TestUpload upload = queue.receiving("a", "Tập đoàn \"X\"").append("c");

        assertThat(Await.result(queue.items.row(upload.job(), 2)).values()).containsExactly("Tập đoàn \"X\"", "note 2");
        assertThat(Await.result(queue.items.row(upload.job(), 3)).key()).isEqualTo("c");
        assertThat(Await.result(queue.items.row(upload.job(), 4))).isNull();
        assertThat(Await.result(queue.items.row(upload.job(), 0))).isNull();
        assertThat(Await.result(queue.items.row("none", 1))).isNull();
        // A row that arrives later is found, though its job has been read before.
        upload.append("d");
        assertThat(Await.result(queue.items.row(upload.job(), 4)).key()).isEqualTo("d");
    }

    @Test
    void readsAllRowsPageByPage() {
        TestUpload upload = queue.receiving();
        for (int chunk = 0; chunk < 5; chunk++) {
            int first = chunk * 7;
            upload.append(IntStream.range(first, first + 7)
                    .mapToObj(Integer::toString)
                    .toArray(String[]::new));
        }
        String job = upload.seal();

        List<Integer> rows = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        for (List<ItemView> page = page(job, 4); !page.isEmpty(); page = page(job, rows.get(rows.size() - 1) + 1)) {
            page.forEach(item -> rows.add(item.row().number()));
            sizes.add(page.size());
        }

        assertThat(rows).isEqualTo(IntStream.rangeClosed(4, 35).boxed().toList());
        assertThat(sizes).containsExactly(4, 7, 7, 7, 7);
        assertThat(page(job, 36)).isEmpty();
    }

    @Test
    void failsForAJobThatHasGoneSinceItWasRead() {
        String job = queue.running("a", "b");
        JobSnapshot read = queue.find(job);
        queue.page(job, 1);
        // What is remembered of its rows is of no use without their results.
        store.send(Command.DEL, Keys.job(job).meta());
        assertThatThrownBy(() -> Await.result(queue.items.view(read, 1)))
                .hasMessageContaining(job + " no longer exist");
        assertThatThrownBy(() -> Await.result(queue.items.page(read, 1)))
                .hasMessageContaining(job + " no longer exist");

        TestUpload broken = queue.receiving("a", "b");
        JobSnapshot receiving = queue.find(broken.job());
        Await.result(queue.uploads.fail(
                broken.right(), new JsonObject().put("code", "bad_row").put("message", "A quote.")));
        assertThatThrownBy(() -> Await.result(queue.items.page(receiving, 2)))
                .hasMessageContaining(broken.job() + " no longer exist");
    }

    @Test
    void showsWhereEachRowStands() {
        String job = queue.running("a", "b", "c", "d", "e", "!1", "f", "g");
        List<Lease> leases = queue.claim(job, 6).leases();
        JsonObject fields = new JsonObject().put("name", "Công ty cổ phần \"Sữa\" Việt Nam");
        queue.end(leases.get(0), ItemResult.found(fields));
        queue.end(leases.get(1), ItemResult.notFound());
        queue.end(leases.get(2), ItemResult.blocked("The site asks for a code.", "start"));
        queue.end(leases.get(3), ItemResult.failed(ErrorCode.TIMEOUT, "No answer within 10 s.", null));
        queue.start(leases.get(4));
        queue.start(leases.get(5));
        queue.release(leases.get(5));

        List<ItemView> items = page(job, 1);

        assertThat(items)
                .extracting(ItemView::state)
                .containsExactly(
                        ItemState.FOUND,
                        ItemState.NOT_FOUND,
                        ItemState.BLOCKED,
                        ItemState.FAILED,
                        ItemState.RUNNING,
                        ItemState.INVALID_INPUT,
                        ItemState.RETRYING,
                        ItemState.WAITING);
        assertThat(items.get(0).fields()).isEqualTo(fields);
        assertThat(items.get(0).attempts()).isEqualTo(1);
        assertThat(items.get(0).error()).isNull();
        assertThat(items.get(2).error())
                .isEqualTo(new ItemError(ErrorCode.BLOCKED, "The site asks for a code.", "start"));
        assertThat(items.get(3).error()).isEqualTo(new ItemError(ErrorCode.TIMEOUT, "No answer within 10 s.", null));
        assertThat(items.get(5).error()).isEqualTo(new ItemError(ErrorCode.INVALID_INPUT, "\"!1\" is no code", null));
        assertThat(items.get(5).attempts()).isZero();
        assertThat(items.get(7))
                .isEqualTo(new ItemView(items.get(7).row(), ItemState.WAITING, new JsonObject(), null, 0));
    }

    @Test
    void showsARepeatAsItsFirstRow() {
        TestUpload upload =
                queue.receiving("a", "b", "c").append("b", "a", "a", "c").append("d", "a");
        List<Lease> leases = queue.claim(upload.job(), 2).leases();
        queue.end(leases.get(0));
        queue.start(leases.get(1));

        List<ItemView> items = page(upload.job(), 4);

        assertThat(items)
                .extracting(ItemView::state)
                .containsExactly(ItemState.RUNNING, ItemState.FOUND, ItemState.FOUND, ItemState.WAITING);
        assertThat(items.get(1).fields()).isEqualTo(new JsonObject().put("name", "N1"));
        assertThat(items.get(1).row().values()).containsExactly("a", "note 5");
        assertThat(items.get(1).attempts()).isEqualTo(1);
        assertThat(page(upload.job(), 8))
                .extracting(ItemView::state)
                .containsExactly(ItemState.WAITING, ItemState.FOUND);
    }

    @Test
    void showsWhatAnEndedJobHasLeftAsCancelled() {
        String job = queue.running("a", "b", "c", "a", "b", "!1", "d");
        List<Lease> leases = queue.claim(job, 3).leases();
        queue.end(leases.get(0));
        queue.release(leases.get(1));
        queue.cancel(job);

        assertThat(queue.page(job, 1))
                .extracting(ItemView::state)
                .containsExactly(
                        ItemState.FOUND,
                        ItemState.CANCELLED,
                        ItemState.CANCELLED,
                        ItemState.FOUND,
                        ItemState.CANCELLED,
                        ItemState.INVALID_INPUT,
                        ItemState.CANCELLED);
    }

    @Test
    void readsNothingOfAJobThatHasFailed() {
        TestUpload upload = queue.receiving("a");
        page(upload.job(), 1);
        Await.result(queue.uploads.fail(
                upload.right(), new JsonObject().put("code", "bad_row").put("message", "The quote is never closed.")));

        assertThat(page(upload.job(), 1)).isEmpty();
    }
}
