package dev.rowhound.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the JavaScript client's own tests, which are in clients/js/test. */
@Timeout(150)
class JsClientTest {
    @Test
    void passesItsOwnTests() throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--test", "--test-timeout=60000", "--test-reporter=tap"));
        try (Stream<Path> files = Files.list(NodeProgram.CLIENT.resolve("test"))) {
            files.map(file -> "test/" + file.getFileName())
                    .filter(file -> file.endsWith(".test.js"))
                    .sorted()
                    .forEach(arguments::add);
        }
        String said = NodeProgram.run(120, NodeProgram.CLIENT, arguments, Map.of());
        assertThat(said).contains("\n# fail 0\n").doesNotContain("\n# tests 0\n");
    }
}
