package dev.rowhound.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.config.JsonReader;
import dev.rowhound.config.Problems;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EgressConfigTest {
    private final Problems problems = new Problems("test");

    @Test
    void withoutKeysThePublicInternetOnly() {
        assertThat(read("{}")).isEqualTo(EgressConfig.DEFAULT);
        assertThat(problems.list()).isEmpty();
    }

    @Test
    void everyKeyIsRead(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("password"), "from the file\n");
        EgressConfig config = read("""
                {"allow": ["intranet.example:8080", "[::1]:*"], "max_response_bytes": 4096, "robots_agent": "Our-bot",
                 "proxies": {"a": {"url": "http://Proxy.example:3128", "user": "u", "password": "p"},
                             "b": {"url": "http://[::1]:3128/", "user": "u", "password_file": "%s"},
                             "c": {"url": "http://10.0.0.1:3128"}}}""".formatted(file));

        assertThat(problems.list()).isEmpty();
        assertThat(config.allow()).hasSize(2);
        assertThat(config.maxResponseBytes()).isEqualTo(4096);
        assertThat(config.robotsAgent()).isEqualTo("Our-bot");
        assertThat(config.proxies().get("a")).isEqualTo(new UpstreamProxy("a", "proxy.example", 3128, "u", "p"));
        assertThat(config.proxies().get("b")).isEqualTo(new UpstreamProxy("b", "[::1]", 3128, "u", "from the file"));
        assertThat(config.proxies().get("c")).isEqualTo(new UpstreamProxy("c", "10.0.0.1", 3128, null, null));
        assertThat(config.toString()).doesNotContain("from the file");
    }

    @Test
    void faultsAreToldWithTheRightFormAndWithoutPasswords() {
        read("""
                {"allow": ["intranet.example"], "max_response_bytes": 5, "robots_agent": "a b",
                 "proxies": {"a": {"url": "http://user:geheim@proxy.example:3128"},
                             "b": {"url": "https://proxy.example:3128"},
                             "c": {"url": "http://proxy.example:3128", "password": "p"},
                             "d": {"url": "http://proxy.example:3128", "user": "u:v"},
                             "e": {"url": "http://proxy.example:3128", "user": "u", "password": "p", "password_file": "f"},
                             "f": {"url": "http://proxy.example:3128", "user": "u", "password_file": "/no/such/file"},
                             "g": {"user": "u"}}}""");

        assertThat(problems.list())
                .extracting(Problems.Problem::toString)
                .contains(
                        "allow[0]: is \"intranet.example\"; use HOST:PORT, HOST:*, ADDRESS:PORT or RANGE:PORT, such as"
                                + " \"intranet.example:8080\", \"10.0.0.0/8:443\" or \"[fd00::/8]:443\"",
                        "proxies.a.url: is not a proxy URL; use http://HOST:PORT; set user and password in"
                                + " their own keys",
                        "proxies.b.url: is not a proxy URL; use http://HOST:PORT",
                        "proxies.c.user: is missing; a password requires a user",
                        "proxies.e.password_file: is set in addition to password; set only one of them",
                        "proxies.f.password_file: cannot be read: /no/such/file; use the path of a file that holds"
                                + " the password",
                        "proxies.g.url: is missing; set a string")
                .anyMatch(problem -> problem.startsWith("proxies.d.user: contains a colon"))
                .anyMatch(problem -> problem.startsWith("robots_agent: is \"a b\"; use"))
                .anyMatch(problem -> problem.startsWith("max_response_bytes: is 5; use"))
                .noneMatch(problem -> problem.contains("geheim"))
                .hasSize(10);
    }

    private EgressConfig read(String json) {
        JsonReader reader = new JsonReader(new JsonObject(json), problems);
        EgressConfig config = EgressConfig.from(reader);
        reader.end();
        return config;
    }
}
