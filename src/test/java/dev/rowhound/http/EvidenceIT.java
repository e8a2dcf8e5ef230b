package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.TestNode;
import dev.rowhound.http.Api.Answer;
import dev.rowhound.http.EventStream.Event;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** What failed rows leave to look at is linked where their results are, and served while it is kept. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class EvidenceIT {
    private final ScriptedProcessor scripted = new ScriptedProcessor().failing(2, 3);

    @Test
    void isLinkedInResultAndEventAndServedWhileItIsKept() throws Exception {
        try (TestNode node = TestNode.start(Map.of(), scripted::processor)) {
            Api api = new Api(node);
            String job = api.upload(Form.of(StubProcessor.RECIPE).file("class\na.A1\na.A2\na.A3\na.A2\n"))
                    .json()
                    .getString("id");
            api.awaitEnd(job);
            List<JsonObject> items = api.items(job, "");
            String url = Api.JOBS + "/" + job + "/items/2/evidence/";

            assertThat(items.get(0).containsKey("evidence")).isFalse();
            assertThat(items.get(0).containsKey("visit")).isFalse();
            JsonArray files = items.get(1).getJsonArray("evidence");
            assertThat(files.getJsonObject(0))
                    .isEqualTo(new JsonObject()
                            .put("name", "screenshot.png")
                            .put("type", "image/png")
                            .put("bytes", ScriptedProcessor.picture("The page of a.A2").length)
                            .put("url", url + "screenshot.png"));
            assertThat(items.get(1).getJsonObject("visit").getString("url"))
                    .isEqualTo("https://site.example/entry/a.A2");
            assertThat(items.get(1).getJsonObject("visit").getJsonArray("console"))
                    .containsExactly("TypeError: entry is undefined");
            // The last row repeats the second one's key, and has its evidence.
            assertThat(items.get(3).getJsonArray("evidence")).isEqualTo(files);
            assertThat(new JsonObject(api.get(Api.JOBS + "/" + job + "/results?format=ndjson")
                                    .text()
                                    .lines()
                                    .toList()
                                    .get(1))
                            .getJsonArray("evidence"))
                    .isEqualTo(files);
            try (EventStream stream = api.events(job)) {
                List<JsonObject> events =
                        stream.rest().stream().map(Event::json).toList();
                assertThat(events)
                        .allSatisfy(event -> assertThat(EventSchema.check(node.vertx(), event))
                                .as(event.encode())
                                .isEmpty());
                assertThat(events.stream()
                                .filter(event -> event.containsKey("evidence") && event.getInteger("row") == 2)
                                .map(event -> event.getJsonArray("evidence")))
                        .containsExactly(files);
            }

            Answer shot = api.get(url + "screenshot.png");
            assertThat(shot.status()).isEqualTo(200);
            assertThat(shot.response().body()).isEqualTo(ScriptedProcessor.picture("The page of a.A2"));
            assertThat(shot.header("Content-Security-Policy")).contains("sandbox");
            assertThat(shot.header("X-Content-Type-Options")).isEqualTo("nosniff");
            Answer trace = api.get(url + "trace.zip");
            assertThat(trace.header("Content-Type")).isEqualTo("application/zip");
            assertThat(trace.header("Content-Disposition")).startsWith("attachment");
            assertRefused(node, api.get(url + "page.har"), 404, "no_such_evidence");
            assertRefused(
                    node, api.get(Api.JOBS + "/" + job + "/items/1/evidence/screenshot.png"), 404, "no_such_evidence");
            assertRefused(node, api.get(Api.JOBS + "/" + job + "/items/9/evidence/screenshot.png"), 404, "no_such_row");
            assertRefused(
                    node, api.get(Api.JOBS + "/" + job + "/items/x/evidence/screenshot.png"), 400, "invalid_field");
            assertRefused(node, api.get(url + "question-00000000.png"), 404, "no_such_evidence");
            assertRefused(node, api.get(url + "..%2F..%2Fredis.conf"), 404, "no_such_evidence");

            // Neither node nor token is told by the file's name.
            List<String> names = node.artifacts().stream()
                    .filter(name -> name.contains("evidence"))
                    .toList();
            assertThat(names).hasSize(4).allMatch(name -> name.matches(job + "/evidence-[23]-[0-9a-f]{8}-.*"));
            for (String name : names) {
                Files.delete(node.data().resolve("artifacts").resolve(Path.of(name)));
            }
            assertRefused(node, api.get(url + "screenshot.png"), 410, "evidence_gone");
        }
    }

    @Test
    void aResultThatLiesWithAnotherRowIsNeverTold() throws Exception {
        try (TestNode node = TestNode.start(Map.of(), scripted::processor)) {
            Api api = new Api(node);
            String job = api.upload(StubProcessor.form(6)).json().getString("id");
            api.awaitEnd(job);
            String results = "{j:" + job + "}:res";
            String fourth = node.send(Command.HGET, results, 4).toString();

            node.send(Command.HSET, results, 1, fourth);

            JsonObject first = api.items(job, "").get(0);
            assertThat(first.getJsonObject("error").getString("code")).isEqualTo("internal");
            assertThat(first.getJsonObject("fields")).isEmpty();
            assertThat(api.get(node.management().resolve("/metrics").toString()).text())
                    .containsPattern("rowhound_results_mixed_up_total [1-9]");
        }
    }

    private static void assertRefused(TestNode node, Answer answer, int status, String code) throws Exception {
        assertThat(ContractCheck.of(node.vertx()).fault("getEvidence", answer)).isEmpty();
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.json().getString("code")).isEqualTo(code);
    }
}
