package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.TestNode;
import dev.rowhound.http.Api.Answer;
import dev.rowhound.http.EventStream.Event;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Whole jobs are paused, resumed, cancelled and retried, over HTTP and with workers at it. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class JobControlIT {
    private static final int SLOTS = 4;
    private static final int BIG = 100_000;
    private static final ItemResult MISSING = ItemResult.failed(ErrorCode.SELECTOR_MISSING, "No title.", "title");
    private static final ItemResult INVALID = ItemResult.failed(ErrorCode.FIELD_INVALID, "No date.", "since");
    private static final ItemResult BLOCKED = ItemResult.blocked("A code is asked for.", "outcome");

    private final StubProcessor stub = new StubProcessor();
    private final TestNode node;
    private final Api api;

    JobControlIT() throws Exception {
        node = TestNode.start(Map.of("worker.slots", String.valueOf(SLOTS)), stub::processor);
        api = new Api(node);
    }

    @AfterEach
    void stop() throws Exception {
        stub.open();
        node.close();
    }

    private String upload(Form form, int rows) throws Exception {
        Answer answer = api.upload(form.file(StubProcessor.file(rows)));
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        return answer.json().getString("id");
    }

    private String upload(int rows) throws Exception {
        return upload(Form.of(StubProcessor.RECIPE), rows);
    }

    private Answer wish(String job, String wish) throws Exception {
        return api.post(Api.JOBS + "/" + job + "/" + wish);
    }

    private JsonObject fulfilled(String job, String wish) throws Exception {
        Answer answer = wish(job, wish);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private Answer retry(String job, String body, String... headers) throws Exception {
        return api.send(
                api.request(Api.JOBS + "/" + job + "/retry-failed", headers).POST(BodyPublishers.ofString(body)));
    }

    private static void assertRefused(Answer answer, int status, String code, String words) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.json().getString("code")).isEqualTo(code);
        assertThat(answer.json().getString("message")).contains(words);
    }

    /** The events behind that one, to the end of the job. */
    private List<JsonObject> eventsAfter(String job, String cursor) throws Exception {
        try (EventStream stream = api.watch(Api.JOBS + "/" + job + "/events?lastEventId=" + cursor)) {
            return stream.rest().stream().map(Event::json).toList();
        }
    }

    private static List<String> types(List<JsonObject> events) {
        return events.stream().map(event -> event.getString("type")).toList();
    }

    private static long seq(JsonObject snapshot) {
        return Long.parseLong(snapshot.getString("last_event").split("\\.")[0]);
    }

    private List<String> results(String job) throws Exception {
        return api.get(Api.JOBS + "/" + job + "/results?format=ndjson")
                .text()
                .lines()
                .toList();
    }

    @Test
    void nothingStartsBetweenAnAcknowledgedPauseAndTheResumption() throws Exception {
        stub.taking(10);
        String job = upload(200);
        Await.until("some rows", () -> api.job(job), now -> now.getInteger("done") > 10);

        JsonObject paused = fulfilled(job, "pause");
        assertThat(paused.getString("state")).isEqualTo("paused");
        assertThat(fulfilled(job, "pause").getString("state")).isEqualTo("paused");
        Await.until(
                "the last running row",
                () -> api.job(job),
                now -> now.getJsonObject("counters").getInteger("running") == 0);
        // Longer than it takes the sweep over open jobs to come round.
        TimeUnit.MILLISECONDS.sleep(1200);
        JsonObject still = api.job(job);
        assertThat(still.getString("state")).isEqualTo("paused");
        assertThat(still.getInteger("done")).isLessThan(200);

        assertThat(fulfilled(job, "resume").getString("state")).isEqualTo("running");
        assertThat(wish(job, "resume").status()).isEqualTo(200);
        assertThat(api.awaitEnd(job).getJsonObject("counters").getInteger("found"))
                .isEqualTo(200);

        List<String> types = types(eventsAfter(job, ""));
        assertThat(types).containsOnlyOnce("job.paused", "job.resumed", "job.completed");
        assertThat(types.subList(types.indexOf("job.paused"), types.indexOf("job.resumed")))
                .doesNotContain("item.started");
        assertThat(types.subList(types.indexOf("job.resumed"), types.size())).contains("item.started");
    }

    @Test
    void onlyTheChosenFailuresAreRetriedAndTheOthersStayAsTheyAre() throws Exception {
        stub.answer(2, MISSING).answer(3, INVALID).answer(4, BLOCKED).answer(5, ItemResult.notFound());
        String job = upload(6);
        JsonObject first = api.awaitEnd(job);
        List<String> before = results(job);
        stub.answer(2, ItemResult.notFound()).answer(3, ItemResult.notFound());

        // What curl sends with -d.
        String form = "application/x-www-form-urlencoded";
        Answer answer = retry(job, "{\"codes\":[\"selector_missing\"]}", "Content-Type", form);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().getInteger("generation")).isEqualTo(2);
        assertThat(api.awaitEnd(job).getInteger("generation")).isEqualTo(2);

        List<String> after = results(job);
        assertThat(after.get(1)).contains("\"state\":\"not_found\"");
        List<String> expected = new ArrayList<>(before);
        expected.set(1, after.get(1));
        assertThat(after).isEqualTo(expected);
        List<JsonObject> events = eventsAfter(job, first.getString("last_event"));
        assertThat(types(events)).containsExactly("job.retrying", "item.started", "item.ended", "job.completed");
        assertThat(events.get(0).getJsonArray("codes")).isEqualTo(new JsonArray().add("selector_missing"));
        assertThat(events)
                .allSatisfy(event -> assertThat(event.getInteger("gen")).isEqualTo(2));
        assertThat(events.get(2).getInteger("row")).isEqualTo(2);
        assertThat(events.get(2).getInteger("attempts")).isEqualTo(1);

        assertThat(retry(job, "").status()).isEqualTo(200);
        JsonObject third = api.awaitEnd(job);
        assertThat(third.getInteger("generation")).isEqualTo(3);
        assertThat(third.getJsonObject("counters").getInteger("failed")).isZero();
        assertThat(third.getJsonObject("counters").getInteger("blocked"))
                .as("it was refused again")
                .isEqualTo(1);
        stub.answer(4, ItemResult.notFound());
        assertThat(retry(job, "{}").status()).isEqualTo(200);
        api.awaitEnd(job);
        assertRefused(retry(job, ""), 409, "nothing_to_retry", "the job has no failed or blocked rows");
    }

    @Test
    void aWishToRetryThatIsSentAgainIsFulfilledOnce() throws Exception {
        stub.answer(1, MISSING);
        String job = upload(1);
        api.awaitEnd(job);

        assertThat(retry(job, "", "Idempotency-Key", "again", "Rowhound-User", "an")
                        .status())
                .isEqualTo(200);
        api.awaitEnd(job);
        Answer repeated = retry(job, "", "Idempotency-Key", "again", "Rowhound-User", "an");
        assertThat(repeated.status()).as(repeated.text()).isEqualTo(200);
        assertThat(repeated.json().getInteger("generation")).isEqualTo(2);
        assertThat(retry(job, "", "Idempotency-Key", "again", "Rowhound-User", "binh")
                        .json()
                        .getInteger("generation"))
                .as("another's key is another wish")
                .isEqualTo(3);
    }

    @Test
    void wishesThatCannotBeFulfilledAreRefused() throws Exception {
        String nobodys = "3f0c7f6e-8a55-4f0e-9f9b-6c2a4f1f3b11";
        for (String wish : List.of("pause", "resume", "cancel", "retry-failed")) {
            assertRefused(wish(nobodys, wish), 404, "no_such_job", nobodys);
        }
        stub.answer(1, MISSING);
        String completed = upload(1);
        api.awaitEnd(completed);
        assertRefused(wish(completed, "pause"), 409, "job_ended", "completed");
        assertRefused(wish(completed, "resume"), 409, "job_ended", "completed");
        assertRefused(retry(completed, "{\"code\":[]}"), 400, "unknown_field", "did you mean \"codes\"?");
        assertRefused(retry(completed, "[1]"), 400, "invalid_field", "not a JSON object");
        assertRefused(retry(completed, "{\"codes\":[]}"), 400, "invalid_field", "omit it");
        assertRefused(retry(completed, "{\"codes\":\"timeout\"}"), 400, "invalid_field", "use a list of strings");
        assertRefused(
                retry(completed, "{\"codes\":[\"invalid_input\"]}"),
                400,
                "invalid_field",
                "those rows would fail validation");
        Answer unknown = retry(completed, "{\"codes\":[\"timeout\",\"tmeout\"]}");
        assertRefused(unknown, 400, "invalid_field", "navigation, dns");
        assertThat(unknown.json().getString("field")).isEqualTo("codes[1]");
        assertRefused(retry(completed, "{\"x\":\"" + "x".repeat(300_000) + "\"}"), 413, "too_large", "too large");

        stub.close();
        String running = upload(8);
        assertRefused(retry(running, ""), 409, "job_not_ended", "running");
        assertThat(wish(running, "resume").status()).as("it runs").isEqualTo(200);
        fulfilled(running, "pause");
        assertRefused(retry(running, ""), 409, "job_not_ended", "paused");
        assertThat(fulfilled(running, "cancel").getString("state")).isEqualTo("cancelled");
        assertRefused(retry(running, ""), 409, "job_ended", "cancelled");

        try (SlowUpload upload = SlowUpload.begin(node.address(), StubProcessor.RECIPE, "class")) {
            // More than what the way there buffers.
            upload.send("a.B1\n".repeat(20_000));
            String receiving = Await.until(
                            "the job of the slow upload",
                            () -> api.jobs().stream()
                                    .filter(id -> !List.of(completed, running).contains(id))
                                    .findFirst(),
                            java.util.Optional::isPresent)
                    .orElseThrow();
            assertRefused(wish(receiving, "pause"), 409, "job_receiving", "still being uploaded");
            assertRefused(wish(receiving, "resume"), 409, "job_receiving", "still being uploaded");
            assertRefused(retry(receiving, ""), 409, "job_not_ended", "receiving");
        }
    }

    @Test
    void aPausedJobIsCancelled() throws Exception {
        stub.close();
        String job = upload(20);
        Await.until(
                "rows that run",
                () -> api.job(job),
                now -> now.getJsonObject("counters").getInteger("running") == SLOTS);
        fulfilled(job, "pause");

        JsonObject cancelled = fulfilled(job, "cancel");

        assertThat(cancelled.getString("state")).isEqualTo("cancelled");
        assertThat(cancelled.getJsonObject("counters").getInteger("cancelled")).isEqualTo(20);
        stub.open();
        List<String> types = types(eventsAfter(job, ""));
        assertThat(types).containsOnlyOnce("job.paused", "job.cancelled").endsWith("job.cancelled");
    }

    @Test
    void aBigJobIsPausedAndCancelledWithOneEventEach() throws Exception {
        stub.close();
        String job = upload(BIG);
        JsonObject running = Await.until(
                "the events of the whole upload and of the rows that run",
                () -> api.job(job),
                now -> seq(now) == 2 + SLOTS);

        JsonObject paused = fulfilled(job, "pause");
        JsonObject cancelled = fulfilled(job, "cancel");

        assertThat(seq(paused)).isEqualTo(seq(running) + 1);
        assertThat(seq(cancelled)).isEqualTo(seq(running) + 2);
        assertThat(cancelled.getJsonObject("counters").getInteger("cancelled")).isEqualTo(BIG);
    }

    /** Most rows repeat a key, so that the first pass is short; the states of all are gone through all the same. */
    @Test
    void aBigJobIsRetriedWithOneEvent() throws Exception {
        int keys = 500;
        stub.answer(keys, row -> row % 2 == 0 ? MISSING : INVALID);
        String file = StubProcessor.file(keys)
                + StubProcessor.file(keys).substring("class\n".length()).repeat(BIG / keys - 1);
        String job = api.upload(Form.of(StubProcessor.RECIPE).file(file)).json().getString("id");
        JsonObject before = api.awaitEnd(job);
        assertThat(before.getJsonObject("counters").getInteger("failed")).isEqualTo(BIG);

        stub.close();
        Answer answer = retry(job, "{\"codes\":[\"field_invalid\"]}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        Await.until(
                "half of the rows to wait again, with the events of the retry and of the rows that run, and no other",
                () -> api.job(job),
                now -> now.getJsonObject("counters").getInteger("failed") == BIG / 2
                        && seq(now) == seq(before) + 1 + SLOTS);
        stub.answer(keys, row -> ItemResult.notFound()).open();
        JsonObject after = api.awaitEnd(job).getJsonObject("counters");
        assertThat(after.getInteger("not_found")).isEqualTo(BIG / 2);
        assertThat(after.getInteger("failed")).isEqualTo(BIG / 2);
    }

    @Test
    void theOldApisBatchSizeLimitsHowManyRowsRunAtOnce() throws Exception {
        stub.taking(30);
        Answer answer = api.upload(
                "/crawl_csv",
                Form.of(StubProcessor.RECIPE)
                        .field("batch_size", "2")
                        .field("delay_range", "0")
                        .file(StubProcessor.file(12)));
        String job = answer.json().getString("session_id");

        JsonObject ended = api.awaitEnd(job);

        assertThat(stub.most()).isEqualTo(2);
        assertThat(ended.getInteger("concurrency")).isEqualTo(2);
        assertThat(ended.getInteger("priority")).isEqualTo(5);
        upload(12);
        Await.until("more at once", stub::most, most -> most == SLOTS);
    }

    @Test
    void theOldApisDelayRangeSpacesTheStarts() throws Exception {
        Answer answer = api.upload(
                "/crawl_csv",
                Form.of(StubProcessor.RECIPE).field("delay_range", "[0.2, 0.3]").file(StubProcessor.file(6)));
        String job = answer.json().getString("session_id");

        JsonObject ended = api.awaitEnd(job);

        assertThat(ended.getJsonArray("delay_ms"))
                .isEqualTo(new JsonArray().add(200).add(300));
        assertThat(ended.getValue("concurrency")).isNull();
        List<Instant> starts = eventsAfter(job, "").stream()
                .filter(event -> event.getString("type").equals("item.started"))
                .map(event -> Instant.parse(event.getString("at")))
                .toList();
        // A start comes a little after its claim, which is what is spaced.
        assertThat(Duration.between(starts.get(0), starts.get(5))).isGreaterThan(Duration.ofMillis(850));
    }

    @Test
    void aJobsPaceIsGivenAndShown() throws Exception {
        stub.close();
        String job = upload(
                Form.of(StubProcessor.RECIPE)
                        .field("priority", "9")
                        .field("concurrency", "3")
                        .field("delay_ms", "0,5"),
                1);

        JsonObject shown = api.job(job);
        assertThat(shown.getInteger("priority")).isEqualTo(9);
        assertThat(shown.getInteger("concurrency")).isEqualTo(3);
        assertThat(shown.getJsonArray("delay_ms"))
                .isEqualTo(new JsonArray().add(0).add(5));
        Answer refused =
                api.upload(Form.of(StubProcessor.RECIPE).field("priority", "11").file(StubProcessor.file(1)));
        assertRefused(refused, 400, "invalid_field", "a whole number from 1 to 10");
        assertThat(refused.json().getString("field")).isEqualTo("priority");
        Answer old =
                api.upload("/crawl_csv", new Form().field("delay_range", "3,1").file(StubProcessor.file(1)));
        assertRefused(old, 400, "invalid_field", "numbers of seconds from 0 to 3600");
        assertThat(old.json().getString("field")).isEqualTo("delay_range");
    }
}
