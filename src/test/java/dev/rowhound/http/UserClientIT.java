package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.TestNode;
import dev.rowhound.clients.NodeProgram;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client library's {@code watchUser} against a node: over each of its ways, with connections that are cut. */
@Timeout(200)
class UserClientIT {
    private static final int ROWS = 12;

    private final StubProcessor stub = new StubProcessor().taking(10);

    @Test
    void watchesAllJobsOfAUser() throws Exception {
        try (TestNode node = TestNode.start(Map.of("http.heartbeat_ms", "200"), stub::processor)) {
            String said = NodeProgram.run(
                    150,
                    NodeProgram.CLIENT,
                    List.of(
                            "--test",
                            "--test-reporter=tap",
                            TestNode.home()
                                    .resolve("src/test/js/user-cases.mjs")
                                    .toString()),
                    Map.of(
                            "BASE", node.address().toString(),
                            "CLIENT", NodeProgram.CLIENT.toString(),
                            "RECIPE", StubProcessor.RECIPE,
                            "FILE", StubProcessor.file(ROWS),
                            "ROWS", String.valueOf(ROWS)));
            assertThat(said).contains("\n# pass 7\n", "\n# fail 0\n");
        }
    }
}
