package dev.rowhound.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import dev.rowhound.Await;
import dev.rowhound.TestNode;
import dev.rowhound.crawl.browser.TestBrowser;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A person uploads by the page to a node whose only place is taken. */
@Timeout(120)
class BusyUploadPageIT {
    /** Longer than an upload waits at the node. */
    private static final double UNTIL_REFUSED_MILLIS = 25_000;

    private static TestNode node;
    private static Api api;

    private final List<String> errors = new ArrayList<>();

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start(Map.of("roles", "web", "http.max_uploads", "1", "http.upload_min_bytes_per_second", "0"));
        api = new Api(node);
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    private static SlowUpload takePlace() throws Exception {
        Set<String> before = node.artifacts();
        SlowUpload upload = SlowUpload.begin(node.address(), "companies", "tax_code");
        Await.until("the file", node::artifacts, files -> files.size() > before.size());
        return upload;
    }

    private Page send(BrowserContext context, String name) throws Exception {
        Path file = folder.resolve(name);
        Files.writeString(file, "tax_code\n0101340108\n");
        Page page = WatchedPage.open(context, node.address() + "/", errors);
        page.locator("#file").setInputFiles(file);
        page.locator("input[name=recipe][value=companies]").check();
        page.locator("#submit").click();
        assertThat(page.locator("#upload-text"))
                .containsText(
                        name + " will be sent again in 2 s: this node accepts 1 concurrent",
                        new LocatorAssertions.ContainsTextOptions().setTimeout(UNTIL_REFUSED_MILLIS));
        return page;
    }

    private static List<String> files() throws Exception {
        return api.get(Api.JOBS).json().getJsonArray("jobs").stream()
                .map(job -> ((JsonObject) job).getString("file"))
                .toList();
    }

    @Test
    void thePageSendsTheFileAgainWhenTheServerSaysSo() throws Exception {
        try (SlowUpload other = takePlace();
                TestBrowser browser = TestBrowser.open(node.data());
                BrowserContext context = browser.fresh()) {
            Page page = send(context, "patient.csv");
            assertThat(other.send("0100109106\n").finish().status()).isEqualTo(202);
            assertThat(page.locator("#job-title"))
                    .hasText("patient.csv", new LocatorAssertions.HasTextOptions().setTimeout(UNTIL_REFUSED_MILLIS));
            assertThat(page).hasURL(Pattern.compile("\\?job=[0-9a-f-]{36}$"));
            assertThat(page.locator("#upload")).isHidden();
            assertThat(files()).containsOnlyOnce("patient.csv");
        }
        assertThat(errors)
                .as("the browser's own lines of what the server refused")
                .allSatisfy(error -> assertThat(error).containsPattern("responded with a status of (503|404)"));
    }

    @Test
    void thePersonCanStopThePause() throws Exception {
        try (SlowUpload other = takePlace();
                TestBrowser browser = TestBrowser.open(node.data());
                BrowserContext context = browser.fresh()) {
            Page page = send(context, "stopped.csv");
            page.locator("#upload-stop").click();
            assertThat(page.locator("#error-form")).containsText("The upload was stopped");
            assertThat(page.locator("#upload")).isHidden();
            assertThat(page.locator("#submit")).isEnabled();
            assertThat(other.send("0100109106\n").finish().status()).isEqualTo(202);
            assertThat(files()).doesNotContain("stopped.csv");
        }
    }
}
