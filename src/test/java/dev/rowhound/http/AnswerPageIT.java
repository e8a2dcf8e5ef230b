package dev.rowhound.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.BoundingBox;
import dev.rowhound.TestNode;
import dev.rowhound.crawl.browser.TestBrowser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A person tries a sample of a list, answers a row's question on the page, and looks why another has failed. */
@Timeout(120)
class AnswerPageIT {
    private static final LocatorAssertions.HasTextOptions WITHIN_A_MINUTE =
            new LocatorAssertions.HasTextOptions().setTimeout(60_000);

    private final ScriptedProcessor scripted =
            new ScriptedProcessor().asking(2, 5).failing(3);
    private final List<String> errors = new ArrayList<>();

    @TempDir
    Path folder;

    @Test
    void answersOnThePageWhatARowAsks() throws Exception {
        Path file = Files.writeString(folder.resolve("classes.csv"), StubProcessor.file(9));
        try (TestNode node = TestNode.start(Map.of(), scripted::processor);
                TestBrowser browser = TestBrowser.open(node.data());
                BrowserContext context = browser.fresh()) {
            Page page = WatchedPage.open(context, node.address() + "/", errors);
            page.locator("#file").setInputFiles(file);
            page.locator("input[name=recipe][value=" + StubProcessor.RECIPE + "]")
                    .check();
            page.locator("#sample").fill("ten");
            page.locator("#submit").click();
            assertThat(page.locator("#error-sample")).containsText("Enter a number of rows");
            page.locator("#sample").fill("4");
            page.locator("#submit").click();

            Locator question = page.locator("#asking form.question");
            assertThat(question).containsText("Type the letters of the picture.");
            Locator picture = question.locator("img");
            picture.waitFor();
            page.waitForFunction("() => document.querySelector('form.question img').naturalWidth === 480");
            // However many fields the recipe has, the answer is given without scrolling sideways.
            BoundingBox send = question.locator("button[type=submit]").boundingBox();
            BoundingBox room = page.locator("#asking").boundingBox();
            assertThat(send.x + send.width).isLessThan(room.x + room.width);
            question.locator("input").fill("k7wq");
            question.locator("button[type=submit]").click();

            assertThat(page.locator("#job-reason")).hasText("Sample of 4 done: resume for the rest.", WITHIN_A_MINUTE);
            assertThat(page.locator("#asking")).isHidden();
            page.locator("button[data-tab=all]").click();
            assertThat(row(page, 2)).containsText("k7wq");
            assertThat(row(page, 3)).containsText("https://site.example/entry/a.A3 responded 200");
            assertThat(row(page, 3)).containsText("TypeError: entry is undefined");
            assertThat(row(page, 3).locator("a[download]")).hasText("Trace");
            row(page, 3).locator(".thumb").click();
            assertThat(page.locator("#viewer")).isVisible();
            page.waitForFunction("() => document.getElementById('viewer-picture').naturalWidth === 480");
            page.locator("#viewer button").click();

            scripted.goOn();
            page.locator("#pause").click();
            assertThat(page.locator("#asking-count")).hasText("A row is waiting for your answer", WITHIN_A_MINUTE);
            assertThat(page.locator("#job-reason")).isHidden();
            question.locator("button[type=submit]").filter(named("Continue")).click();
            assertThat(page.locator("#job-state")).hasText("Completed", WITHIN_A_MINUTE);
            page.locator("button[data-tab=all]").click();
            assertThat(row(page, 5)).containsText("went on");
        }
        // Until its first rows are stored, the job that the page asks for is not there.
        assertThat(errors)
                .as("errors in the browser's console")
                .allSatisfy(error -> assertThat(error).contains("the server responded with a status of 404"));
    }

    @Test
    void theNextQuestionTakesTheAnsweredOnesPlace() throws Exception {
        scripted.asking(1, 4, 6, 7);
        Path file = Files.writeString(folder.resolve("classes.csv"), StubProcessor.file(7));
        try (TestNode node = TestNode.start(Map.of("worker.waiting", "2"), scripted::processor);
                TestBrowser browser = TestBrowser.open(node.data());
                BrowserContext context = browser.fresh()) {
            Page page = WatchedPage.open(context, node.address() + "/", errors);
            page.locator("#file").setInputFiles(file);
            page.locator("input[name=recipe][value=" + StubProcessor.RECIPE + "]")
                    .check();
            page.locator("#submit").click();
            assertThat(page.locator("#asking-count"))
                    .hasText("6 rows are waiting for your answer, 2 of them now", WITHIN_A_MINUTE);
            Locator question = page.locator("#asking form.question");
            Locator input = question.locator("input");
            assertThat(question).not().containsText("did not accept");
            String last = question.getAttribute("data-question");
            input.fill(ScriptedProcessor.WRONG);
            input.press("Enter");

            // Hands stay on the keyboard from the first answer to the last.
            boolean rejected = false;
            for (int answered = 0; answered < 6; answered++) {
                page.waitForFunction(
                        "last => { const form = document.querySelector('#asking form.question');"
                                + " return form && form.dataset.question !== last"
                                + " && form.querySelector('input') === document.activeElement }",
                        last);
                rejected |= question.textContent()
                        .contains("The site did not accept the answer; here is another picture. 2 tries left.");
                last = question.getAttribute("data-question");
                page.keyboard().type("k7wq");
                page.keyboard().press("Enter");
            }

            assertThat(page.locator("#job-state")).hasText("Completed", WITHIN_A_MINUTE);
            assertThat(rejected).as("the wrong answer was told").isTrue();
            assertThat(page.locator("#asking")).isHidden();
        }
    }

    private static Locator.FilterOptions named(String text) {
        return new Locator.FilterOptions().setHasText(text);
    }

    private static Locator row(Page page, int number) {
        return page.locator("#body tr").nth(number - 1);
    }
}
