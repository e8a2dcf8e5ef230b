package dev.rowhound.crawl.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingRedactionTest {
    @TempDir
    private Path folder;

    private String har(String json) throws IOException {
        Path file = Files.writeString(folder.resolve("page.har"), json);
        return new String(
                RecordingRedaction.har(file, text -> text.replace("the-password", "•••")), StandardCharsets.UTF_8);
    }

    private Map<String, String> trace(Map<String, String> files) throws IOException {
        Path file = folder.resolve("trace.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, String> entry : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        Map<String, String> kept = new TreeMap<>();
        try (ZipInputStream zip =
                new ZipInputStream(new ByteArrayInputStream(RecordingRedaction.trace(file, text -> text)))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                kept.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return kept;
    }

    @Test
    void headersCookiesAndPostedBodiesGoAndTheRestStays() throws Exception {
        String clean = har("""
                {"log": {"version": "1.2", "entries": [{
                  "request": {"method": "POST", "url": "https://me:pw@x.example/company/1?sid=abc&page=2&token=def",
                    "cookies": [{"name": "lang", "value": "vi"}],
                    "headers": [{"name": "Accept", "value": "text/html"}, {"name": "COOKIE", "value": "lang=vi; s=0123456789"},
                      {"name": "Authorization", "value": "Basic bWU6cHc="},
                      {"name": "Proxy-Authorization", "value": "Basic cHJveHk="}],
                    "queryString": [{"name": "page", "value": "2"}, {"name": "token", "value": "def"}],
                    "postData": {"mimeType": "text/plain", "text": "posted"}},
                  "response": {"status": 200, "redirectURL": "/in/0123456789/the-password",
                    "headers": [{"name": "set-cookie", "value": "s=0123456789; Path=/company; HttpOnly\\nt=9876543210"}]},
                  "_webSocketMessages": [{"data": "framed"}], "time": 12.5}]}}""");

        assertThat(clean)
                .doesNotContain("0123456789", "9876543210", "bWU6cHc=", "cHJveHk=", "posted", "framed", "the-password")
                .doesNotContain("abc", "def", "me:pw", "lang");
        JsonObject entry = new JsonObject(clean)
                .getJsonObject("log")
                .getJsonArray("entries")
                .getJsonObject(0);
        assertThat(entry.getJsonObject("request").getString("url"))
                .isEqualTo("https://•••@x.example/company/1?sid=•••&page=2&token=•••");
        assertThat(entry.getJsonObject("request")
                        .getJsonArray("headers")
                        .getJsonObject(0)
                        .getString("value"))
                .isEqualTo("text/html");
        assertThat(entry.getJsonObject("request")
                        .getJsonArray("queryString")
                        .getJsonObject(0)
                        .getString("value"))
                .isEqualTo("2");
        assertThat(entry.getJsonObject("response").getString("redirectURL")).isEqualTo("/in/•••/•••");
        assertThat(entry.getDouble("time")).isEqualTo(12.5);
    }

    @Test
    void ofATraceTheEventsStayAndWhatDrawsTheSnapshots() throws Exception {
        Map<String, String> kept = trace(Map.of(
                "trace.trace",
                """
                {"type":"context-options","options":{"viewport":{"width":5},"storageState":{"cookies":[{"name":"s","value":"0123456789"}],"origins":[]},"httpCredentials":{"username":"u"}}}
                {"type":"frame-snapshot","snapshot":{"html":["HTML",{},["INPUT",{"type":"hidden","value":"of-the-form"}],["INPUT",{"value":"typed"}],["P",{},"0123456789, 01234"]]}}
                {"type":"after","result":{"cookies":[{"name":"s","value":"0123456789"}]}}
                """,
                "trace.network",
                """
                {"type":"resource-snapshot","snapshot":{"request":{"url":"https://x.example/0123456789","postData":{"_sha1":"a.dat"}}}}
                """,
                "resources/a.dat",
                "posted",
                "resources/b.html",
                "0123456789",
                "resources/c.css",
                "a{background:url(/0123456789)}",
                "resources/d.png",
                "a picture",
                "other",
                "?"));

        assertThat(kept).containsOnlyKeys("trace.trace", "trace.network", "resources/c.css", "resources/d.png");
        assertThat(String.join("", kept.values()))
                .doesNotContain("0123456789", "of-the-form", "httpCredentials")
                .contains("typed", ", 01234", "https://x.example/•••", "\"viewport\":{\"width\":5}");
        assertThat(kept.get("trace.trace").lines()).hasSize(3);
        assertThat(kept.get("resources/c.css")).isEqualTo("a{background:url(/x)}");
        assertThat(kept.get("resources/d.png")).isEqualTo("a picture");
    }

    @Test
    void whatCannotBeReadIsRefused() {
        assertThatThrownBy(() -> har("{\"log\": ")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> har("[".repeat(100_000) + "]".repeat(100_000))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> trace(Map.of("trace.trace", "{\"type\": \"x\"}\nno json {")))
                .isInstanceOf(IOException.class);
    }
}
