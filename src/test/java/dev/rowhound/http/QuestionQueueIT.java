package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.TestNode;
import dev.rowhound.redis.Keys;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** More rows ask a person than a node keeps browsers for: they wait without one, and cost nobody anything meanwhile. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class QuestionQueueIT {
    private final ScriptedProcessor scripted = new ScriptedProcessor();
    private TestNode node;
    private Api api;

    private void start(int slots, int waiting) throws Exception {
        node = TestNode.start(
                Map.of("worker.slots", String.valueOf(slots), "worker.waiting", String.valueOf(waiting)),
                scripted::processor);
        api = new Api(node);
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
    }

    private String upload(int first, int rows, String user) throws Exception {
        Form form = Form.of(StubProcessor.RECIPE).field("user_id", user).file(StubProcessor.file(first, rows));
        return api.upload(form).json().getString("id");
    }

    private JsonObject counters(String job) throws Exception {
        return api.job(job).getJsonObject("counters");
    }

    private List<JsonObject> asking(String job) throws Exception {
        return api.items(job, "state=needs_human").stream()
                .filter(item -> item.containsKey("question"))
                .toList();
    }

    private List<JsonObject> awaitQuestions(String job) throws Exception {
        return Await.until("a question", () -> asking(job), asking -> !asking.isEmpty());
    }

    private void answer(String job, JsonObject item) throws Exception {
        String body = new JsonObject()
                .put("question", item.getJsonObject("question").getString("id"))
                .put("text", "k7wq")
                .encode();
        String path = Api.JOBS + "/" + job + "/items/" + item.getInteger("row") + "/answer";
        assertThat(api.send(api.request(path).POST(BodyPublishers.ofString(body)))
                        .status())
                .isEqualTo(200);
    }

    /** Answers until all rows have ended. */
    private void answerAll(String job) throws Exception {
        while (!ended(job)) {
            List<JsonObject> asking = asking(job);
            for (JsonObject item : asking) {
                answer(job, item);
            }
            if (asking.isEmpty()) {
                Await.until(
                        "a question or the end",
                        () -> ended(job) || !asking(job).isEmpty(),
                        Boolean::booleanValue);
            }
        }
    }

    private boolean ended(String job) throws Exception {
        return api.job(job).getString("state").equals("completed");
    }

    private int begins(int first, int rows) {
        return IntStream.range(first, first + rows)
                .map(row -> scripted.begins.getOrDefault(StubProcessor.key(row), 0))
                .sum();
    }

    @Test
    void rowsThatMayNotAskDoNotSlowAnotherJob() throws Exception {
        scripted.asking(1, 2, 3, 4).taking(50);
        start(2, 1);
        String asking = upload(1, 4, "ada");
        Await.until("all four", () -> counters(asking), counters -> counters.getInteger("needs_human") == 4);

        String other = upload(101, 100, "bob");
        api.awaitEnd(other);

        assertThat(counters(asking).getInteger("needs_human")).isEqualTo(4);
        assertThat(api.job(asking).getJsonArray("questions")).hasSize(1);
        // Of the pages that were opened, no more than a tenth were those of rows that may not ask.
        assertThat(begins(1, 4)).isEqualTo(4);
        answerAll(asking);
        assertThat(counters(asking).getInteger("found")).isEqualTo(4);
        for (int row = 1; row <= 4; row++) {
            assertThat(scripted.begins.get(StubProcessor.key(row))).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void aHundredQuestionsAreAskedOneAfterTheOther() throws Exception {
        scripted.asking(IntStream.rangeClosed(1, 97).toArray());
        start(2, 3);
        String job = upload(1, 97, "ada");
        awaitQuestions(job);

        answerAll(job);

        assertThat(counters(job).getInteger("found")).isEqualTo(97);
        assertThat(scripted.begins).allSatisfy((key, times) -> assertThat(times).isLessThanOrEqualTo(2));
        // Once enough rows of a job have asked, the others are not opened only to find out that they ask too.
        assertThat(begins(1, 97)).isLessThanOrEqualTo(97 + 15);
        assertThat(api.items(job, ""))
                .allSatisfy(item -> assertThat(item.getInteger("attempts")).isEqualTo(1));
    }

    @Test
    void aUsersOneQuestionDoesNotWaitForAnothersHundred() throws Exception {
        scripted.asking(IntStream.rangeClosed(1, 60).toArray()).asking(101);
        start(2, 1);
        String many = upload(1, 60, "ada");
        awaitQuestions(many);
        String one = upload(101, 1, "bob");
        Await.until("the one", () -> counters(one), counters -> counters.getInteger("needs_human") == 1);
        Await.until(
                "its turn",
                () -> node.send(Command.HGET, Keys.QUESTION_SCHEDULER_ENTRIES, "j:" + one),
                turn -> turn != null);

        int answered = 0;
        while (counters(one).getInteger("found") == 0) {
            // On a busy machine the other slot may ask first while the one's row is opened, several times in a row.
            assertThat(answered).as("questions of the other that come before").isLessThanOrEqualTo(6);
            for (String job : List.of(one, many)) {
                for (JsonObject item : asking(job)) {
                    answer(job, item);
                    answered += job.equals(many) ? 1 : 0;
                    int row = item.getInteger("row");
                    Await.until(
                            "row " + row,
                            () -> api.items(job, "state=found"),
                            found -> found.stream().anyMatch(ended -> ended.getInteger("row") == row));
                }
            }
        }
    }

    @Test
    void rowsThatAskNothingAreFoundOutAmongThoseThatDo() throws Exception {
        scripted.asking(IntStream.rangeClosed(1, 30).toArray());
        start(2, 1);
        String job = upload(1, 60, "ada");
        awaitQuestions(job);

        answerAll(job);

        assertThat(counters(job).getInteger("found")).isEqualTo(60);
    }

    @Test
    void whatWaitsEndsWithItsJobAndComesBackAfterAPause() throws Exception {
        scripted.asking(1, 2, 3);
        start(2, 1);
        String job = upload(1, 3, "ada");
        Await.until("all three", () -> counters(job), counters -> counters.getInteger("needs_human") == 3);
        assertThat(api.post(Api.JOBS + "/" + job + "/pause").status()).isEqualTo(200);
        answer(job, awaitQuestions(job).get(0));
        Await.until("the first", () -> counters(job), counters -> counters.getInteger("found") == 1);
        assertThat(counters(job).getInteger("needs_human")).isEqualTo(2);
        assertThat(api.job(job).getJsonArray("questions")).isEmpty();

        assertThat(api.post(Api.JOBS + "/" + job + "/resume").status()).isEqualTo(200);
        answer(job, awaitQuestions(job).get(0));
        awaitQuestions(job);
        assertThat(api.post(Api.JOBS + "/" + job + "/cancel").status()).isEqualTo(200);

        assertThat(counters(job).getInteger("needs_human")).isZero();
        String next = upload(101, 5, "ada");
        assertThat(api.awaitEnd(next).getJsonObject("counters").getInteger("found"))
                .isEqualTo(5);
    }

    @Test
    void aQuestionWhosePictureCannotBeKeptIsAskedOnceItCan() throws Exception {
        scripted.asking(1).hold();
        start(2, 1);
        String job = upload(1, 1, "ada");
        Path artifacts = node.data().resolve("artifacts");
        Path aside = Files.move(artifacts, artifacts.resolveSibling("aside"));
        Files.createFile(artifacts);
        scripted.letGo();

        JsonObject paused = Await.until(
                "a pause", () -> api.job(job), found -> found.getString("state").equals("paused"));
        assertThat(paused.getJsonObject("reason").getString("code")).isEqualTo("storage_unavailable");
        assertThat(paused.getJsonArray("questions")).isEmpty();

        Files.delete(artifacts);
        Files.move(aside, artifacts);
        assertThat(api.post(Api.JOBS + "/" + job + "/resume").status()).isEqualTo(200);
        JsonObject question = awaitQuestions(job).get(0).getJsonObject("question");
        assertThat(api.get(question.getString("picture")).status()).isEqualTo(200);
    }
}
