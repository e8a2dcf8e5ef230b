package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.TestNode;
import dev.rowhound.config.ConfigLoader;
import dev.rowhound.config.Problems;
import dev.rowhound.node.Node;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** The node that takes the answer is another one than that whose row waits, and knows nothing of it but the store. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class AnswerElsewhereIT {
    private final ScriptedProcessor scripted = new ScriptedProcessor().asking(1);

    @TempDir
    Path folder;

    private Node worker(TestNode web, String name) throws Exception {
        Map<String, String> flags = new HashMap<>(Map.of(
                "roles",
                "worker",
                "data",
                folder.resolve(name).toString(),
                "artifacts.folder",
                web.data().resolve("artifacts").toString(),
                "redis.url",
                web.redis().toString(),
                "queue.compact_after_seconds",
                "604800",
                "worker.waiting",
                "1"));
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            flags.put("management.port", String.valueOf(free.getLocalPort()));
        }
        Problems problems = new Problems("the test's configuration");
        JsonObject config = ConfigLoader.load(TestNode.home(), null, Map.of(), flags, problems);
        problems.throwIfAny();
        return Node.start(config, TestNode.home(), scripted::processor);
    }

    @Test
    void aRowThatMayNotAskOnItsNodeAsksOnAnother() throws Exception {
        scripted.asking(2);
        try (TestNode node = TestNode.start(Map.of("roles", "web"), scripted::processor)) {
            Api api = new Api(node);
            Node first = worker(node, "first");
            Node second = null;
            try {
                String job = api.upload(StubProcessor.form(2)).json().getString("id");
                Await.until(
                        "both rows",
                        () -> api.job(job).getJsonObject("counters").getInteger("needs_human"),
                        rows -> rows == 2);
                assertThat(api.job(job).getJsonArray("questions")).hasSize(1);

                second = worker(node, "second");

                Await.until("both questions", () -> api.job(job).getJsonArray("questions"), asked -> asked.size() == 2);
                assertThat(scripted.begun.get()).isEqualTo(3);
            } finally {
                first.stop();
                if (second != null) {
                    second.stop();
                }
            }
        }
    }

    private static JsonObject question(Api api, String job, String butNot) throws Exception {
        return Await.until(
                        "a question",
                        () -> api.items(job, "state=needs_human"),
                        items -> items.stream()
                                .anyMatch(item -> item.containsKey("question")
                                        && !item.getJsonObject("question")
                                                .getString("id")
                                                .equals(butNot)))
                .get(0)
                .getJsonObject("question");
    }

    private static int answer(Api api, String job, String question) throws Exception {
        String body =
                new JsonObject().put("question", question).put("text", "k7wq").encode();
        return api.send(api.request(Api.JOBS + "/" + job + "/items/1/answer").POST(BodyPublishers.ofString(body)))
                .status();
    }

    @Test
    void reachesTheWorkerAndAQuestionOfANodeThatStopsIsAskedAnew() throws Exception {
        Map<String, String> web = Map.of("roles", "web");
        try (TestNode node = TestNode.start(web, scripted::processor)) {
            Api api = new Api(node);
            Node first = worker(node, "first");
            Node second = null;
            try {
                String job = api.upload(StubProcessor.form(1)).json().getString("id");
                String asked = question(api, job, "").getString("id");
                assertThat(api.get(question(api, job, "").getString("picture")).status())
                        .isEqualTo(200);
                assertThat(answer(api, job, asked)).isEqualTo(200);
                assertThat(api.awaitEnd(job).getJsonObject("counters").getInteger("found"))
                        .isEqualTo(1);

                String next = api.upload(StubProcessor.form(1)).json().getString("id");
                String left = question(api, next, "").getString("id");
                second = worker(node, "second");
                first.stop();
                String anew = question(api, next, left).getString("id");
                assertThat(answer(api, next, left)).isEqualTo(409);
                assertThat(answer(api, next, anew)).isEqualTo(200);
                api.awaitEnd(next);
                List<JsonObject> items = api.items(next, "");
                assertThat(items.get(0).getJsonObject("fields").getString("title"))
                        .isEqualTo("k7wq");
                assertThat(items.get(0).getInteger("attempts")).isEqualTo(1);
            } finally {
                first.stop();
                if (second != null) {
                    second.stop();
                }
            }
        }
    }
}
