package dev.rowhound.crawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.config.JsonReader;
import dev.rowhound.config.Problems;
import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.crawl.view.Typed;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretsTest {
    private final Problems problems = new Problems("test");

    private Secrets read(String json) {
        JsonReader reader = new JsonReader(new JsonObject("{\"secrets\": " + json + "}"), problems);
        Secrets secrets = Secrets.from(reader);
        reader.end();
        return secrets;
    }

    @Test
    void aSecretIsForItsHosts(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), "from file\n");
        Secrets secrets = read("""
                {"a": {"value": "one", "for": ["Example.org", "example.org:8443"]},
                 "b": {"file": "%s", "for": ["example.org"]}}""".formatted(file));
        assertThat(problems.list()).isEmpty();
        assertThat(secrets.typed("{secret:a}!", "s"))
                .isEqualTo(new Typed("one!", Set.of("example.org", "example.org:8443")));
        assertThat(secrets.typed("{secret:a}{secret:b}", "s"))
                .isEqualTo(new Typed("onefrom file", Set.of("example.org")));
        assertThat(secrets.typed("plain", "s")).isEqualTo(new Typed("plain", null));
        assertThatThrownBy(() -> secrets.typed("{secret:c}", "s"))
                .isInstanceOf(LookupException.class)
                .hasMessageContaining("\"c\" is not configured");
    }

    @Test
    void noSecretIsShown() throws Exception {
        Secrets secrets = read("{\"a\": {\"value\": \"sesame\", \"for\": [\"h\"]}}");
        assertThat(secrets.toString()).doesNotContain("sesame");
        assertThat(secrets.typed("{secret:a}", "s").toString()).doesNotContain("sesame");
        assertThat(secrets.redact(new JsonObject("{\"x\": [\"open sesame\", 1, {\"y\": \"sesame\"}]}")))
                .isEqualTo(new JsonObject("{\"x\": [\"open •••\", 1, {\"y\": \"•••\"}]}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\": {\"for\": [\"h\"]}}|secrets.a|has 0 of value, file and env",
                "{\"a\": {\"value\": \"x\", \"env\": \"PATH\", \"for\": [\"h\"]}}|secrets.a|has 2 of value",
                "{\"a\": {\"value\": \"x\"}}|secrets.a.for|list the hosts",
                "{\"a\": {\"value\": \"x\", \"for\": [\"https://h/\"]}}|secrets.a.for[0]|use a host, or HOST:PORT",
                "{\"a\": {\"env\": \"NO_SUCH_VARIABLE\", \"for\": [\"h\"]}}|secrets.a.env|is not set",
                "{\"a\": {\"file\": \"/no/such\", \"for\": [\"h\"]}}|secrets.a.file|cannot be read",
                "{\"a b\": {\"value\": \"x\", \"for\": [\"h\"]}}|secrets.a b|is not a valid secret name",
                "{\"a\": {\"value\": \"x\", \"for\": [\"h\"], \"form\": 1}}|secrets.a.form|is unknown",
            })
    void faultsAreTold(String json, String path, String message) {
        read(json);
        assertThat(problems.list()).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo(path);
            assertThat(problem.message()).contains(message);
        });
    }
}
