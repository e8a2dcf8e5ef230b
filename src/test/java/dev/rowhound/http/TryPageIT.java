package dev.rowhound.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.rowhound.TestNode;
import dev.rowhound.crawl.browser.TestBrowser;
import dev.rowhound.job.Evidence;
import dev.rowhound.job.ItemContext;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.Processor;
import dev.rowhound.job.Visit;
import dev.rowhound.job.Visit.StepTime;
import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** The page's panel where recipes are tried and changed, in the browser. */
class TryPageIT {
    private static final int WIDTH = 320;

    private final List<String> errors = new ArrayList<>();

    private static byte[] picture() throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(WIDTH, 200, BufferedImage.TYPE_INT_RGB), "png", png);
        return png.toByteArray();
    }

    /** Finds everything, and shows a picture of it. */
    private static final class Finder implements Processor {
        @Override
        public ItemResult process(ItemInput input, ItemContext context) throws Exception {
            context.evidence(new Evidence(Evidence.SCREENSHOT, "image/png", picture()));
            JsonObject fields =
                    new JsonObject().put("title", "Class " + input.key()).put("public_methods", 12);
            return ItemResult.found(fields)
                    .with(new Visit(
                            "http://example.org/" + input.key(),
                            200,
                            "browser",
                            List.of("TypeError: x is undefined"),
                            List.of(new StepTime("start", 150), new StepTime("extract", 50))));
        }

        @Override
        public void abort() {}

        @Override
        public void close() {}
    }

    @Test
    void triesARecipeAndChangesIt() throws Exception {
        try (TestNode node = TestNode.start(Map.of("http.recipe_editors", "*"), Finder::new);
                TestBrowser browser = TestBrowser.open(node.data());
                BrowserContext context = browser.fresh()) {
            Page page = context.newPage();
            page.onConsoleMessage(message -> {
                if (message.type().equals("error")) {
                    errors.add(message.text());
                }
            });
            page.onPageError(errors::add);
            page.navigate(node.address() + "/");
            assertThat(page.locator("#recipes label").first()).containsText("version 1");

            page.locator("#try-recipe").selectOption("javadoc");
            page.locator("#try-keys").fill("java.lang.String\nno class\n");
            page.locator("#try-go").click();
            Locator trials = page.locator("#try-results > li");
            assertThat(trials.nth(0)).containsText("Class java.lang.String");
            assertThat(trials.nth(0)).containsText("150 ms");
            assertThat(trials.nth(0)).containsText("TypeError: x is undefined");
            assertThat(trials.nth(1)).containsText("invalid_input");
            trials.nth(0).locator("summary").click();
            Locator picture = trials.nth(0).locator("img");
            assertThat(picture).isVisible();
            assertThat((Integer) picture.evaluate("image => image.decode().then(() => image.naturalWidth)"))
                    .isEqualTo(WIDTH);

            page.locator("#try-editor summary").click();
            assertThat(page.locator("#try-saved")).hasText("Version 1");
            String text = page.locator("#try-text").inputValue();
            page.locator("#try-save").click();
            assertThat(page.locator("#try-edit-problem")).containsText("in this node's recipe folder");
            String mine = text.replace("\"javadoc\"", "\"mine\"").replaceAll("\"internal\": true,\\s*", "");
            page.locator("#try-text").fill(mine.replace("\"extract\"", "\"extrakt\""));
            page.locator("#try-save").click();
            assertThat(page.locator("#try-edit-problem")).containsText("did you mean \"extract\"?");
            page.locator("#try-text").fill(mine);
            page.locator("#try-keys").fill("java.lang.Long");
            page.locator("#try-unsaved").click();
            assertThat(trials.first()).containsText("Class java.lang.Long");
            page.locator("#try-save").click();
            assertThat(page.locator("#try-saved")).hasText("Saved as version 1");
            assertThat(page.locator("#try-recipe")).hasValue("mine");
            page.locator("#try-save").click();
            assertThat(page.locator("#try-saved")).hasText("Unchanged: version 1");
        }
        // The two refusals are answers of status 400 and 409, which a browser notes as well.
        assertThat(errors).hasSize(2).allSatisfy(error -> assertThat(error).contains("status of 4"));
    }
}
