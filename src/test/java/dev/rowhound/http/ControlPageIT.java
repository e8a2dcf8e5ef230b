package dev.rowhound.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import dev.rowhound.TestNode;
import dev.rowhound.crawl.browser.TestBrowser;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A person halts a job on its page, lets it go on, and has its failures looked up again. */
@Timeout(120)
class ControlPageIT {
    private static final LocatorAssertions.HasTextOptions WITHIN_A_MINUTE =
            new LocatorAssertions.HasTextOptions().setTimeout(60_000);
    private static final ItemResult MISSING = ItemResult.failed(ErrorCode.SELECTOR_MISSING, "No title.", "title");

    private final StubProcessor stub = new StubProcessor();
    private final List<String> errors = new ArrayList<>();

    @Test
    void controlsAJobByItsButtons() throws Exception {
        stub.taking(30).answer(2, MISSING).answer(3, ItemResult.blocked("A code is asked for.", "outcome"));
        try (TestNode node = TestNode.start(Map.of(), stub::processor);
                TestBrowser browser = TestBrowser.open(node.data());
                BrowserContext context = browser.fresh()) {
            Api api = new Api(node);
            String job = api.upload(Form.of(StubProcessor.RECIPE)
                            .field("concurrency", "1")
                            .file(StubProcessor.file(40)))
                    .json()
                    .getString("id");
            Page page = open(context, node.address() + "/?job=" + job);
            Page other = open(context, node.address() + "/?job=" + job);

            button(page, "Pause").click();
            assertThat(page.locator("#job-state")).hasText("Paused");
            assertThat(other.locator("#job-state")).hasText("Paused");
            assertThat(page.locator("#retry")).isHidden();
            TimeUnit.MILLISECONDS.sleep(1000);
            int done = api.job(job).getInteger("done");
            TimeUnit.MILLISECONDS.sleep(500);
            assertThat(api.job(job).getInteger("done")).isEqualTo(done).isLessThan(40);
            assertThat(page.locator("#done")).hasText(done + " of 40 rows");

            button(page, "Resume").click();
            assertThat(page.locator("#job-state")).hasText("Completed", WITHIN_A_MINUTE);
            assertThat(other.locator("#job-state")).hasText("Completed");
            assertThat(page.locator("#pause")).isHidden();
            assertThat(page.locator("#cancel")).isHidden();
            assertThat(row(page, 2)).containsText("Failed");
            assertThat(row(page, 2)).containsText("No title.");

            stub.answer(2, ItemResult.notFound()).close();
            button(page, "Retry 2 failed rows").click();
            assertThat(page.locator("#job-state")).hasText("Looking up rows");
            assertThat(page.locator("#pass")).hasText("2nd pass");
            assertThat(page.locator("#percent")).hasText("95 %");
            assertThat(row(page, 2)).containsText("Looking up");
            assertThat(row(page, 3)).containsText("Waiting");
            assertThat(page.locator("#retry")).isHidden();
            stub.open();
            assertThat(page.locator("#job-state")).hasText("Completed", WITHIN_A_MINUTE);
            assertThat(row(page, 2)).containsText("Not found");
            assertThat(row(page, 3)).containsText("A code is asked for.");
            assertThat(page.locator("#percent")).hasText("100 %");
            assertThat(button(page, "Retry 1 failed row")).isVisible();

            other.evaluate("dispatchEvent(new Event('focus'))");
            assertThat(other.locator("#pass")).hasText("2nd pass");
            assertThat(row(other, 2)).containsText("Not found");

            stub.close();
            button(page, "Retry 1 failed row").click();
            assertThat(page.locator("#pass")).hasText("3rd pass");
            button(page, "Cancel the job").click();
            page.locator("#confirm button[value=yes]").click();
            assertThat(page.locator("#job-state")).hasText("Cancelled");
            assertThat(page.locator("#retry")).isHidden();
            stub.open();
        }
        assertThat(errors).as("errors in the browser's console").isEmpty();
    }

    private static Locator button(Page page, String text) {
        return page.locator("#job button").filter(new Locator.FilterOptions().setHasText(text));
    }

    private static Locator row(Page page, int number) {
        return page.locator("#body tr").nth(number - 1);
    }

    private Page open(BrowserContext context, String address) {
        return WatchedPage.open(context, address, errors);
    }
}
