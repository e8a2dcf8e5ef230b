package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.TestNode;
import dev.rowhound.http.EventStream.Event;
import dev.rowhound.job.ItemResult;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Results too large for Redis find no place in the folder of files: their job halts, and no other one waits for it. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class UnstoredResultsIT {
    private static final int LARGE = 12;

    private final StubProcessor stub = new StubProcessor();
    private TestNode node;
    private Api api;

    @BeforeEach
    void start() throws Exception {
        stub.answer(
                LARGE,
                row -> ItemResult.found(
                        new JsonObject().put("title", "t".repeat(30_000)).put("row", row)));
        // Shorter than the tries to store a result: it is held while they go on.
        node = TestNode.start(Map.of("worker.slots", "2", "queue.lease_ms", "800"), stub::processor);
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

    private JsonObject awaitPause(String job) throws Exception {
        return Await.until(
                        "a pause",
                        () -> api.job(job),
                        found -> found.getString("state").equals("paused"))
                .getJsonObject("reason");
    }

    private List<String> types(String job) throws Exception {
        try (EventStream stream = api.events(job)) {
            return stream.rest().stream().map(Event::json).map(Object::toString).toList();
        }
    }

    private int health() throws Exception {
        URI address = URI.create(node.management() + "/health");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void oneJobsResultsDoNotStopAnothers() throws Exception {
        stub.close();
        String large = upload(1, LARGE, "ada");
        Path folder = node.data().resolve("artifacts").resolve(large);
        Path aside = Files.move(folder, folder.resolveSibling("aside"));
        Files.createFile(folder);
        stub.open();
        String small = upload(101, 60, "bob");

        assertThat(api.awaitEnd(small).getJsonObject("counters").getInteger("found"))
                .isEqualTo(60);
        assertThat(awaitPause(large).getString("code")).isEqualTo("storage_unavailable");
        Await.until(
                "nothing in flight",
                () -> api.job(large).getJsonObject("counters"),
                counters -> counters.getInteger("running") == 0);

        Files.delete(folder);
        Files.move(aside, folder);
        assertThat(api.post(Api.JOBS + "/" + large + "/resume").status()).isEqualTo(200);
        assertThat(api.awaitEnd(large).getJsonObject("counters").getInteger("found"))
                .isEqualTo(LARGE);
        assertThat(api.items(large, ""))
                .allSatisfy(item -> assertThat(item.getInteger("attempts")).isEqualTo(1));
        // No living worker was taken for lost while it held a result.
        assertThat(types(large)).noneMatch(event -> event.contains("worker_lost"));
    }

    @Test
    void aCancelledJobsResultsAreWaitedForByNobody() throws Exception {
        stub.close();
        String large = upload(1, LARGE, "ada");
        Path folder = node.data().resolve("artifacts").resolve(large);
        Files.move(folder, folder.resolveSibling("aside"));
        Files.createFile(folder);
        Await.until(
                "rows at work",
                () -> api.job(large).getJsonObject("counters"),
                counters -> counters.getInteger("running") > 0);
        stub.open();

        assertThat(api.post(Api.JOBS + "/" + large + "/cancel").status()).isEqualTo(200);

        String next = upload(101, 20, "ada");
        assertThat(api.awaitEnd(next).getJsonObject("counters").getInteger("found"))
                .isEqualTo(20);
    }

    @Test
    void aFolderThatTakesNoFileHaltsOnlyWhatNeedsIt() throws Exception {
        assertThat(health()).isEqualTo(200);
        stub.close();
        String large = upload(1, LARGE, "ada");
        String small = upload(101, 60, "bob");
        Path artifacts = node.data().resolve("artifacts");
        Path aside = Files.move(artifacts, artifacts.resolveSibling("aside"));
        Files.createFile(artifacts);
        stub.open();

        assertThat(api.awaitEnd(small).getJsonObject("counters").getInteger("found"))
                .isEqualTo(60);
        assertThat(awaitPause(large).getString("code")).isEqualTo("storage_unavailable");
        assertThat(health()).isEqualTo(503);

        Files.delete(artifacts);
        Files.move(aside, artifacts);
        assertThat(health()).isEqualTo(200);
        assertThat(api.post(Api.JOBS + "/" + large + "/resume").status()).isEqualTo(200);
        assertThat(api.awaitEnd(large).getJsonObject("counters").getInteger("found"))
                .isEqualTo(LARGE);
    }
}
