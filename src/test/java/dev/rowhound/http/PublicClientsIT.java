package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.TestNode;
import dev.rowhound.clients.NodeProgram;
import dev.rowhound.job.ItemResult;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What others have written to read server-sent events reads a node's streams. npm fetches it under the build's folder. */
@Timeout(300)
class PublicClientsIT {
    private static final int ROWS = 40;
    private static final Path SCRIPTS = TestNode.home().resolve("src/test/js");
    // The newest ones that run on Node.js 20.
    private static final String[] PACKAGES = {"eventsource@4.1.1", "eventsource-parser@3.1.1"};

    private static final StubProcessor PROCESSOR = new StubProcessor();
    private static TestNode node;
    private static Api api;
    private static Path packages;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        packages = NodeProgram.fetch("public-clients", PACKAGES);
        String hard = "é€😀\u2028\r\n\u0000 data: x";
        PROCESSOR.answer(7, ItemResult.found(new JsonObject().put("title", hard)));
        node = TestNode.start(Map.of("http.heartbeat_ms", "100"), PROCESSOR::processor);
        api = new Api(node);
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    @Test
    void aStrictParserReadsTheBytesOfAStream() throws Exception {
        PROCESSOR.close();
        String job = upload();
        Path bytes = folder.resolve("stream");
        var stream = api.watch(Api.JOBS + "/" + job + "/events").response().body();
        TimeUnit.MILLISECONDS.sleep(500); // heartbeats
        PROCESSOR.open();
        try (stream) {
            Files.copy(stream, bytes);
        }
        JsonArray entries = new JsonArray();
        for (Response entry : node.send(Command.XRANGE, "{j:" + job + "}:ev", "-", "+")) {
            JsonObject fields = new JsonObject();
            for (int i = 0; i < entry.get(1).size(); i += 2) {
                fields.put(
                        entry.get(1).get(i).toString(), entry.get(1).get(i + 1).toString());
            }
            entries.add(new JsonArray().add(entry.get(0).toString()).add(fields));
        }
        assertThat(entries).hasSizeGreaterThan(2 * ROWS);
        Path expected = Files.writeString(folder.resolve("entries"), entries.encode());
        NodeProgram.run(
                60,
                packages,
                List.of(
                        SCRIPTS.resolve("strict-reader.mjs").toString(),
                        bytes.toString(),
                        expected.toString(),
                        NodeProgram.CLIENT.toString()),
                Map.of());
    }

    @Test
    void theCasesOfEventsourcePass() throws Exception {
        String ended = upload();
        api.awaitEnd(ended);
        PROCESSOR.close();
        try {
            String open = upload();
            api.awaitJob(open);
            String said = NodeProgram.run(
                    120,
                    packages,
                    List.of(
                            "--test",
                            "--test-reporter=tap",
                            SCRIPTS.resolve("eventsource-cases.mjs").toString()),
                    Map.of("BASE", node.address().toString(), "ENDED", ended, "OPEN", open));
            assertThat(said).contains("\n# fail 0\n");
        } finally {
            PROCESSOR.open();
        }
    }

    private static String upload() throws Exception {
        return api.upload(StubProcessor.form(ROWS)).json().getString("id");
    }
}
