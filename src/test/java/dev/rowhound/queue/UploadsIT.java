package dev.rowhound.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.JobState;
import dev.rowhound.job.RowChunk;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.NewJob;
import dev.rowhound.queue.job.UploadEndedException;
import dev.rowhound.queue.job.Uploads;
import dev.rowhound.queue.lease.Leases;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UploadsIT extends CheckedQueue {
    private static final JsonObject REASON = new JsonObject()
            .put("code", "bad_row")
            .put("message", "The quote is never closed.")
            .put("line", 17);

    UploadsIT(TestRedis store) {
        super(store);
    }

    @Test
    void keepsWhatAJobWasOpenedWith() {
        Instant before = Instant.now();
        TestUpload upload = new TestUpload(queue, "lan");

        JobSnapshot job = queue.find(upload.job());

        assertThat(job.state()).isEqualTo(JobState.RECEIVING);
        assertThat(job.user()).isEqualTo("lan");
        assertThat(job.recipe()).isEqualTo(new JsonObject().put("name", "companies"));
        assertThat(job.recipeName()).isEqualTo("companies");
        assertThat(job.recipeVersion()).isEqualTo(4);
        assertThat(job.fields()).containsExactly("name");
        assertThat(job.file()).isEqualTo("codes.csv");
        assertThat(job.columns()).containsExactly("code", "note");
        assertThat(job.keyColumn()).isZero();
        assertThat(job.received()).isZero();
        assertThat(job.total()).isNull();
        assertThat(job.generation()).isEqualTo(1);
        assertThat(job.done()).isZero();
        assertThat(job.created())
                .isBetween(before.minusMillis(100), Instant.now().plusMillis(100));
        assertThat(job.started()).isNull();
        assertThat(job.ended()).isNull();
        assertThat(job.reason()).isNull();
        assertThat(job.fingerprint()).isEqualTo("fingerprint-1");
        assertThat(job.digest()).isEmpty();
        assertThat(job.lastSeq()).isEqualTo(1);
        assertThat(queue.types(upload.job())).containsExactly("job.receiving");
    }

    @Test
    void opensAgainForTheSameUploadOnly() {
        TestUpload first = queue.receiving("a");
        NewJob job = TestUpload.newJob(first.job(), "anonymous");
        Map<String, String> before = store.dump(first.job());

        assertThat(Await.result(queue.uploads.open(first.right(), job)).upload())
                .isEqualTo(first.right());
        Uploads.Opened other = Await.result(queue.uploads.open(Uploads.upload(first.job()), job));

        assertThat(other).isEqualTo(new Uploads.Opened(null, "receiving", "fingerprint-1", ""));
        assertThat(store.dump(first.job())).isEqualTo(before);
        first.seal();
        assertThat(Await.result(queue.uploads.open(Uploads.upload(first.job()), job)))
                .isEqualTo(new Uploads.Opened(null, "running", "fingerprint-1", "digest-1"));
    }

    @Test
    void staysInTheIndexesThoughTheyAreSweptWhileItIsOpened() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String id = UUID.randomUUID().toString();
            ids.add(id);
            List<Future<?>> calls = new ArrayList<>();
            calls.add(queue.uploads.open(Uploads.upload(id), TestUpload.newJob(id, "lan")));
            for (int sweep = 0; sweep < 4; sweep++) {
                calls.add(queue.jobs.tick(id));
                calls.add(queue.jobs.list("lan", 100));
            }
            Await.result(Future.all(calls));
        }

        assertThat(queue.open()).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(Await.result(queue.jobs.list("lan", 100)))
                .extracting(JobSnapshot::id)
                .containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void addsChunksInOrder() {
        TestUpload upload = queue.receiving("a", "b").append("c");

        assertThat(queue.find(upload.job()).received()).isEqualTo(3);
        assertThat(queue.count(upload.job(), ItemState.WAITING)).isEqualTo(3);
        assertThat(Await.result(queue.items.row(upload.job(), 3)).key()).isEqualTo("c");
        assertThat(Await.result(queue.turns.pick(1))).isEqualTo(upload.job());
    }

    @Test
    void addsAChunkOnceThoughItIsSentAgain() {
        TestUpload upload = queue.receiving("a");
        queue.end(queue.claim(upload.job()));
        RowChunk chunk = upload.chunk("a", "!1", "b", "b");
        Await.result(queue.uploads.append(upload.right(), chunk));
        JobSnapshot before = queue.find(upload.job());

        Await.result(queue.uploads.append(upload.right(), chunk));

        JobSnapshot after = queue.find(upload.job());
        assertThat(after.received()).isEqualTo(5);
        assertThat(after.counters()).isEqualTo(before.counters());
        assertThat(after.lastEvent()).isEqualTo(before.lastEvent());
        assertThat(store.hash(Keys.job(upload.job()).repeats())).isEqualTo(Map.of("1", "1", "4", "1"));
    }

    @Test
    void refusesAChunkBehindAGap() {
        TestUpload upload = queue.receiving("a");
        Map<String, String> before = store.dump(upload.job());
        upload.chunk("b");
        RowChunk third = upload.chunk("c");

        assertThat(Await.failure(queue.uploads.append(upload.right(), third)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("gap");
        RowChunk shifted = new RowChunk(1, third.rows());
        assertThat(Await.failure(queue.uploads.append(upload.right(), shifted)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("gap");
        assertThat(Await.failure(queue.uploads.seal(upload.right(), 3, "digest")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("gap");
        assertThat(store.dump(upload.job())).isEqualTo(before);
    }

    @Test
    void takesNothingFromAnUploadThatHasNoRight() {
        TestUpload upload = queue.receiving("a");
        Uploads.Upload other = Uploads.upload(upload.job());
        RowChunk chunk = upload.chunk("b");

        assertThat(gone(queue.uploads.append(other, chunk))).isEqualTo("receiving");
        assertThat(gone(queue.uploads.hold(other))).isEqualTo("receiving");
        assertThat(gone(queue.uploads.seal(other, 1, "d"))).isEqualTo("receiving");
        assertThat(gone(queue.uploads.append(Uploads.upload("none"), chunk))).isEmpty();
        assertThat(gone(queue.uploads.seal(Uploads.upload("none"), 1, "d"))).isEmpty();
        assertThat(queue.find(upload.job()).received()).isEqualTo(1);
    }

    @Test
    void takesNoRowsOnceTheJobIsSealedOrCancelled() {
        TestUpload sealed = queue.receiving("a");
        sealed.seal();
        assertThat(gone(queue.uploads.append(sealed.right(), sealed.chunk("b"))))
                .isEqualTo("running");

        TestUpload cancelled = queue.receiving("a");
        queue.cancel(cancelled.job());
        assertThat(gone(queue.uploads.append(cancelled.right(), cancelled.chunk("b"))))
                .isEqualTo("cancelled");
        assertThat(gone(queue.uploads.seal(cancelled.right(), 1, "d"))).isEqualTo("cancelled");
    }

    @Test
    void countsRefusedRowsAndSaysWhy() {
        TestUpload upload = queue.receiving("a", "!1", "!2");

        assertThat(queue.count(upload.job(), ItemState.INVALID_INPUT)).isEqualTo(2);
        JsonObject event = queue.lastEvent(upload.job());
        assertThat(event.getString("type")).isEqualTo("rows.rejected");
        assertThat(event.getJsonArray("rows")).isEqualTo(JsonArray.of(2, 3));
        assertThat(event.getJsonArray("errors").getJsonObject(1))
                .isEqualTo(new JsonObject().put("code", "invalid_input").put("message", "\"!2\" is no code"));
    }

    @Test
    void countsRepeatsWithTheirFirstRow() {
        TestUpload upload = queue.receiving("a", "b", "a");
        Lease a = queue.claim(upload.job());
        queue.start(a);
        // One repeat in the same chunk, one while its first row runs, and b still waits.
        upload.append("a", "b");
        assertThat(queue.count(upload.job(), ItemState.WAITING)).isEqualTo(4);

        queue.end(a);

        assertThat(queue.count(upload.job(), ItemState.FOUND)).isEqualTo(3);
        assertThat(queue.lastEvent(upload.job()).getInteger("rows")).isEqualTo(3);
        // One more when it has ended.
        upload.append("c", "a", "a");
        assertThat(queue.count(upload.job(), ItemState.FOUND)).isEqualTo(5);
        JsonObject repeated = queue.lastEvent(upload.job());
        assertThat(repeated.getString("type")).isEqualTo("rows.repeated");
        assertThat(repeated.getInteger("count")).isEqualTo(2);
        assertThat(queue.types(upload.job()))
                .containsExactly("job.receiving", "item.started", "item.ended", "rows.repeated");
    }

    @Test
    void tellsRefusedRowsAndRepeatsOfAChunkInTwoEvents() {
        TestUpload upload = queue.receiving("a");
        queue.end(queue.claim(upload.job()));

        upload.append("a", "!1");

        assertThat(queue.types(upload.job()))
                .containsExactly("job.receiving", "item.ended", "rows.rejected", "rows.repeated");
    }

    @Test
    void sealsOnce() {
        TestUpload upload = queue.receiving("a", "b");
        upload.seal();
        Map<String, String> before = store.dump(upload.job());

        upload.seal();

        JobSnapshot job = queue.find(upload.job());
        assertThat(job.state()).isEqualTo(JobState.RUNNING);
        assertThat(job.total()).isEqualTo(2);
        assertThat(job.digest()).isEqualTo("digest-1");
        assertThat(store.dump(upload.job())).isEqualTo(before);
        assertThat(queue.types(upload.job())).containsExactly("job.receiving", "job.running");
    }

    @Test
    void completesAtOnceWhereNothingIsLeftToDo() {
        TestUpload refused = queue.receiving("!1", "!2");
        refused.seal();
        assertThat(queue.find(refused.job()).state()).isEqualTo(JobState.COMPLETED);
        assertThat(queue.types(refused.job()))
                .containsExactly("job.receiving", "rows.rejected", "job.running", "job.completed");

        TestUpload quick = queue.receiving("a", "a");
        queue.end(queue.claim(quick.job()));
        assertThat(queue.find(quick.job()).state()).isEqualTo(JobState.RECEIVING);
        quick.seal();
        quick.seal();
        assertThat(queue.types(quick.job()))
                .containsExactly("job.receiving", "item.ended", "job.running", "job.completed");
    }

    @Test
    void failsWithItsReasonAndForgetsItsRows() {
        TestUpload upload = queue.receiving("a", "b", "a", "!1");
        Lease a = queue.claim(upload.job());
        queue.start(a);
        queue.end(a);
        Lease b = queue.claim(upload.job());

        Await.result(queue.uploads.fail(upload.right(), REASON));

        JobSnapshot job = queue.find(upload.job());
        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.reason()).isEqualTo(REASON);
        assertThat(job.total()).isEqualTo(4);
        assertThat(job.ended()).isNotNull();
        assertThat(job.counters())
                .containsEntry(ItemState.FOUND, 2)
                .containsEntry(ItemState.INVALID_INPUT, 1)
                .containsEntry(ItemState.CANCELLED, 1);
        assertThat(queue.lastEvent(upload.job()).getJsonObject("reason")).isEqualTo(REASON);
        Map<String, String> after = store.dump(upload.job());
        assertThat(queue.end(b)).isEqualTo(Leases.EndOutcome.STALE);
        assertThat(queue.renew(b)).isFalse();
        Await.result(queue.uploads.fail(upload.right(), REASON));
        assertThat(store.dump(upload.job())).isEqualTo(after);
    }

    @Test
    void failsOnlyAtTheWishOfItsUploadAndBeforeItIsSealed() {
        TestUpload upload = queue.receiving("a");

        Await.result(queue.uploads.fail(Uploads.upload(upload.job()), REASON));
        assertThat(queue.find(upload.job()).state()).isEqualTo(JobState.RECEIVING);
        upload.seal();
        Await.result(queue.uploads.fail(upload.right(), REASON));
        assertThat(queue.find(upload.job()).state()).isEqualTo(JobState.RUNNING);
        Await.result(queue.uploads.fail(Uploads.upload("none"), REASON));
    }

    @Test
    void isHeldByASlowUpload() {
        TestUpload upload = queue.receiving("a");
        String field = "upload_until";
        String meta = Keys.job(upload.job()).meta();
        store.send(Command.HSET, meta, field, 1);

        Await.result(queue.uploads.hold(upload.right()));

        assertThat(Long.parseLong(store.hash(meta).get(field))).isGreaterThan(System.currentTimeMillis() + 100_000);
        assertThat(queue.tick(upload.job()).open()).isTrue();
        assertThat(queue.find(upload.job()).received()).isEqualTo(1);
    }

    private static String gone(Future<?> call) {
        Throwable error = Await.failure(call);
        assertThat(error).isInstanceOf(UploadEndedException.class);
        return ((UploadEndedException) error).state();
    }
}
