package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.TestNode;
import dev.rowhound.http.Api.Answer;
import dev.rowhound.http.EventStream.Event;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Rows that wait for a person, answered over HTTP, with workers at it. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class AnswerIT {
    private static final Map<String, String> TWO_SLOTS =
            Map.of("worker.slots", "2", "worker.waiting", "2", "queue.lease_ms", "1500");

    private final ScriptedProcessor scripted = new ScriptedProcessor();
    private TestNode node;
    private Api api;
    private ContractCheck contract;

    private void start(Map<String, String> settings) throws Exception {
        node = TestNode.start(settings, scripted::processor);
        api = new Api(node);
        contract = ContractCheck.of(node.vertx());
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
    }

    private String upload(int rows) throws Exception {
        return api.upload(StubProcessor.form(rows)).json().getString("id");
    }

    private List<JsonObject> asking(String job, int wanted) throws Exception {
        return Await.until(
                wanted + " questions",
                () -> api.items(job, "state=needs_human"),
                items -> items.size() == wanted && items.stream().allMatch(item -> item.containsKey("question")));
    }

    private Answer answer(String job, int row, String body, String... headers) throws Exception {
        Answer answer = api.send(api.request(Api.JOBS + "/" + job + "/items/" + row + "/answer", headers)
                .POST(BodyPublishers.ofString(body)));
        assertThat(contract.fault("answerItem", answer)).as(answer.toString()).isEmpty();
        return answer;
    }

    private static String typed(JsonObject item, String text) {
        return new JsonObject().put("question", id(item)).put("text", text).encode();
    }

    private static String id(JsonObject item) {
        return item.getJsonObject("question").getString("id");
    }

    private static void assertRefused(Answer answer, int status, String code, String field) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.json().getString("code")).isEqualTo(code);
        assertThat(answer.json().getString("field")).isEqualTo(field);
    }

    private JsonObject counters(String job) throws Exception {
        return api.job(job).getJsonObject("counters");
    }

    @Test
    void anAnsweredRowGoesOnWhileTheOthersNeverStop() throws Exception {
        scripted.asking(1, 2);
        start(TWO_SLOTS);
        String job = upload(30);

        List<JsonObject> items = asking(job, 2);
        Await.until("all others", () -> counters(job), counters -> counters.getInteger("found") == 28);
        // Longer than a lease: both are held while they wait.
        TimeUnit.MILLISECONDS.sleep(2500);
        assertThat(counters(job).getInteger("needs_human")).isEqualTo(2);
        assertThat(scripted.begun.get()).isEqualTo(30);
        JsonObject question = items.get(0).getJsonObject("question");
        assertThat(question.getString("prompt")).isEqualTo("Type the letters of the picture.");
        assertThat(question.getBoolean("text")).isTrue();
        assertThat(question.getString("page")).isEqualTo("https://site.example/look?key=a.A1");
        assertThat(Instant.parse(question.getString("until"))).isAfter(Instant.now());
        assertThat(api.job(job).getJsonArray("questions").getJsonObject(0))
                .isEqualTo(new JsonObject().put("row", 1).put("question", question));
        Answer picture = api.get(question.getString("picture"));
        assertThat(picture.status()).isEqualTo(200);
        assertThat(picture.header("Content-Type")).isEqualTo("image/png");
        assertThat(picture.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(picture.header("Content-Security-Policy")).contains("sandbox");
        assertThat(picture.response().body()).isEqualTo(ScriptedProcessor.picture("a.A1"));

        assertThat(answer(job, 1, typed(items.get(0), "k7wq")).status()).isEqualTo(200);
        Await.until("row 1", () -> counters(job), counters -> counters.getInteger("found") == 29);
        assertThat(answer(job, 2, typed(items.get(1), "|ü|")).status()).isEqualTo(200);
        JsonObject end = api.awaitEnd(job);

        assertThat(end.getJsonObject("counters").getInteger("found")).isEqualTo(30);
        assertThat(end.getJsonArray("questions")).isEmpty();
        List<JsonObject> found = api.items(job, "");
        assertThat(found.get(0).getJsonObject("fields").getString("title")).isEqualTo("k7wq");
        assertThat(found.get(1).getJsonObject("fields").getString("title")).isEqualTo("|ü|");
        assertThat(found.get(1).getInteger("attempts")).isEqualTo(1);
        Await.until("the picture's end", () -> api.get(question.getString("picture")), gone -> gone.status() == 404);
        try (EventStream stream = api.events(job)) {
            List<JsonObject> events = stream.rest().stream().map(Event::json).toList();
            assertThat(events.stream()
                            .filter(event -> Integer.valueOf(1).equals(event.getInteger("row")))
                            .map(event -> event.getString("type")))
                    .containsExactly("item.started", "item.needs_human", "item.answered", "item.ended");
            assertThat(events)
                    .allSatisfy(event -> assertThat(EventSchema.check(node.vertx(), event))
                            .as(event.encode())
                            .isEmpty());
        }
        // What was needed beside the two slots while rows waited is closed.
        Await.until("processors of the slots", scripted.open::get, open -> open <= 2);
    }

    @Test
    void onlyTheOpenQuestionsOwnAnswerCounts() throws Exception {
        scripted.asking(1).goOn();
        start(TWO_SLOTS);
        String job = upload(1);
        JsonObject item = asking(job, 1).get(0);
        String goOn =
                new JsonObject().put("question", id(item)).put("go_on", true).encode();

        assertRefused(answer(job, 1, "no JSON"), 400, "invalid_field", "question");
        assertRefused(answer(job, 1, "{\"text\":\"a\"}"), 400, "invalid_field", "question");
        assertRefused(answer(job, 1, "{\"question\":\"" + id(item) + "\"}"), 400, "invalid_field", "text");
        assertRefused(
                answer(job, 1, "{\"question\":\"" + id(item) + "\",\"go_on\":false}"), 400, "invalid_field", "go_on");
        assertRefused(answer(job, 1, "{\"question\":\"x\",\"txt\":\"a\"}"), 400, "unknown_field", "txt");
        assertRefused(answer(job, 1, typed(item, "text")), 400, "invalid_field", "go_on");
        assertRefused(answer(job, 1, "{\"question\":\"00000000\",\"go_on\":true}"), 409, "question_over", "question");
        assertRefused(answer(job, 2, goOn), 404, "no_such_row", "row");
        assertRefused(answer("00000000-0000-0000-0000-000000000000", 1, goOn), 404, "no_such_job", "id");
        assertThat(counters(job).getInteger("needs_human")).isEqualTo(1);

        assertThat(answer(job, 1, goOn, "Idempotency-Key", "one").status()).isEqualTo(200);
        assertThat(answer(job, 1, goOn, "Idempotency-Key", "one").header("Idempotency-Replayed"))
                .isEqualTo("true");
        assertThat(answer(job, 1, goOn).status()).isEqualTo(200);
        assertRefused(answer(job, 1, typed(item, "text")), 409, "question_over", "question");
        api.awaitEnd(job);
        assertThat(answer(job, 1, goOn).status()).as("after the end").isEqualTo(200);
        assertThat(api.items(job, "").get(0).getJsonObject("fields").getString("title"))
                .isEqualTo("went on");
    }

    @Test
    void anUnansweredRowFailsAndIsAskedAgain() throws Exception {
        scripted.asking(1).waiting(1200);
        start(TWO_SLOTS);
        String job = upload(1);
        JsonObject first = asking(job, 1).get(0);
        api.awaitEnd(job);
        JsonObject failed = api.items(job, "").get(0);
        assertThat(failed.getJsonObject("error").getString("code")).isEqualTo("unanswered");
        assertRefused(answer(job, 1, typed(first, "late")), 409, "question_over", "question");

        scripted.waiting(60_000);
        api.send(api.request(Api.JOBS + "/" + job + "/retry-failed")
                .POST(BodyPublishers.ofString("{\"codes\":[\"unanswered\"]}")));
        JsonObject second = asking(job, 1).get(0);
        assertThat(id(second)).isNotEqualTo(id(first));
        assertRefused(answer(job, 1, typed(first, "late")), 409, "question_over", "question");
        assertThat(answer(job, 1, typed(second, "in time")).status()).isEqualTo(200);
        assertThat(api.awaitEnd(job).getJsonObject("counters").getInteger("found"))
                .isEqualTo(1);
    }

    @Test
    void whereEnoughWaitARowIsAskedAboutLater() throws Exception {
        scripted.asking(1, 2, 3, 4);
        start(Map.of("worker.slots", "1", "worker.waiting", "1"));
        String job = upload(6);
        Await.until("both others", () -> counters(job), counters -> counters.getInteger("found") == 2);

        for (int answered = 1; answered <= 4; answered++) {
            JsonObject item = Await.until(
                            "a question",
                            () -> api.items(job, "state=needs_human").stream()
                                    .filter(row -> row.containsKey("question"))
                                    .toList(),
                            asking -> asking.size() == 1)
                    .get(0);
            assertThat(answer(job, item.getInteger("row"), typed(item, "t")).status())
                    .isEqualTo(200);
            int found = 2 + answered;
            Await.until("the answered row", () -> counters(job), counters -> counters.getInteger("found") == found);
        }

        api.awaitEnd(job);
        assertThat(api.items(job, ""))
                .allSatisfy(item -> assertThat(item.getInteger("attempts")).isEqualTo(1));
        try (EventStream stream = api.events(job)) {
            assertThat(stream.rest().stream().map(Event::json))
                    .allSatisfy(event -> assertThat(EventSchema.check(node.vertx(), event))
                            .as(event.encode())
                            .isEmpty());
        }
    }

    @Test
    void aWrongAnswerBringsAFurtherTryThatSaysSo() throws Exception {
        scripted.asking(1, 2);
        start(Map.of("worker.slots", "2", "worker.waiting", "1"));
        String job = upload(2);
        JsonObject first = Await.until(
                        "a question",
                        () -> api.items(job, "state=needs_human").stream()
                                .filter(row -> row.containsKey("question"))
                                .toList(),
                        asking -> asking.size() == 1)
                .get(0);
        int row = first.getInteger("row");
        assertThat(first.getJsonObject("question").getBoolean("rejected")).isFalse();
        assertThat(first.getJsonObject("question").getInteger("tries_left")).isEqualTo(3);

        for (int left = 2; left >= 0; left--) {
            JsonObject item = api.items(job, "").get(row - 1);
            assertThat(answer(job, row, typed(item, ScriptedProcessor.WRONG)).status())
                    .isEqualTo(200);
            int tries = left;
            // The row keeps its room, so that the person who has just answered sees the next picture at once.
            Await.until(
                    "the next try",
                    () -> api.items(job, "").get(row - 1),
                    next -> tries == 0
                            ? next.getString("state").equals("failed")
                            : next.containsKey("question")
                                    && next.getJsonObject("question").getBoolean("rejected")
                                    && next.getJsonObject("question").getInteger("tries_left") == tries);
        }
    }

    @Test
    void aCancelledJobsRowWaitsNoMore() throws Exception {
        scripted.asking(1);
        start(TWO_SLOTS);
        String job = upload(1);
        JsonObject item = asking(job, 1).get(0);
        assertThat(api.post(Api.JOBS + "/" + job + "/pause").status()).isEqualTo(200);
        assertThat(counters(job).getInteger("needs_human")).isEqualTo(1);

        api.post(Api.JOBS + "/" + job + "/cancel");

        assertThat(counters(job).getInteger("needs_human")).isZero();
        assertThat(counters(job).getInteger("cancelled")).isEqualTo(1);
        assertThat(api.job(job).getJsonArray("questions")).isEmpty();
        assertRefused(answer(job, 1, typed(item, "late")), 409, "question_over", "question");
        String next = upload(3);
        Await.until("another job's question", () -> counters(next), counters -> counters.getInteger("found") == 2);
    }
}
