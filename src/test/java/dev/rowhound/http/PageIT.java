package dev.rowhound.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import dev.rowhound.SharedNode;
import dev.rowhound.TestNode;
import dev.rowhound.crawl.browser.TestBrowser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A person with a browser starts a job, watches it, and comes back to it. */
@ExtendWith(SharedNode.class)
@Timeout(120)
class PageIT {
    private static final Path EXAMPLE = TestNode.home().resolve("examples/companies");
    private static final int ROWS = 30;
    private static final LocatorAssertions.HasTextOptions WITHIN_A_MINUTE =
            new LocatorAssertions.HasTextOptions().setTimeout(60_000);

    private final List<String> errors = new ArrayList<>();

    @TempDir
    Path folder;

    @Test
    void startsAJobAndShowsItToItsEnd(TestNode node) throws Exception {
        Path file = folder.resolve("first codes.csv");
        Files.write(file, Files.readAllLines(EXAMPLE.resolve("tax-codes.csv")).subList(0, ROWS + 1));
        List<Map<String, String>> expected =
                CsvTable.of(EXAMPLE.resolve("expected.csv")).rows().subList(0, ROWS);

        try (TestBrowser browser = TestBrowser.open(node.data());
                BrowserContext context = browser.fresh()) {
            Page page = open(context, node.address() + "/");
            page.locator("#file").setInputFiles(file);
            page.locator("input[name=recipe][value=companies]").check();
            page.locator("#submit").click();
            assertThat(page.locator("#job-title")).hasText("first codes.csv");
            assertThat(page).hasURL(Pattern.compile("\\?job=[0-9a-f-]{36}$"));
            assertThat(page.locator("#job-state")).hasText("Completed", WITHIN_A_MINUTE);
            assertThat(page.locator("#percent")).hasText("100 %");
            assertThat(page.locator("#done")).hasText("30 of 30 rows");
            List<List<String>> shown = table(page);
            assertThat(shown).hasSize(ROWS);
            for (int i = 0; i < ROWS; i++) {
                assertThat(shown.get(i).get(0)).isEqualTo(String.valueOf(i + 1));
                assertThat(shown.get(i).get(1)).isEqualTo(expected.get(i).get("tax_code"));
                assertThat(shown.get(i))
                        .containsAll(List.of(
                                expected.get(i).get("name"),
                                expected.get(i).get("address"),
                                expected.get(i).get("founded")));
            }

            Page later = open(context, page.url());
            assertThat(later.locator("#job-state")).hasText("Completed");
            assertThat(table(later)).isEqualTo(shown);

            Page start = open(context, node.address() + "/");
            Locator entry = start.locator("#jobs a").filter(new Locator.FilterOptions().setHasText("first codes.csv"));
            assertThat(entry).containsText("30 of 30 rows");
            entry.click();
            assertThat(start.locator("#job-state")).hasText("Completed");
            assertThat(table(start)).isEqualTo(shown);
        }
        // Until its first rows are stored, which may take a moment, the job that the page asks for is not there.
        assertThat(errors)
                .as("errors in the browser's console")
                .allSatisfy(error -> assertThat(error).contains("the server responded with a status of 404"));
    }

    @Test
    void saysBesideTheFieldWhatIsWrong(TestNode node) throws Exception {
        Path file = folder.resolve("empty.csv");
        Files.writeString(file, "tax_code\n");
        try (TestBrowser browser = TestBrowser.open(node.data());
                BrowserContext context = browser.fresh()) {
            Page page = open(context, node.address() + "/");
            page.locator("#submit").click();
            assertThat(page.locator("#error-file")).containsText("Choose a CSV file");
            assertThat(page.locator("#error-recipe")).containsText("Choose a recipe");

            page.locator("#file").setInputFiles(file);
            page.locator("input[name=recipe][value=companies]").check();
            page.locator("#submit").click();
            assertThat(page.locator("#error-file")).containsText("header but no rows");
            assertThat(page.locator("#job")).isHidden();
        }
        // The browser itself writes of the refused upload; anything else is the page's fault.
        assertThat(errors).allSatisfy(error -> assertThat(error).contains("the server responded with a status of 4"));
    }

    @Test
    void namesOfValuesBreakBetweenWordsOnANarrowPage(TestNode node) throws Exception {
        List<String> codes =
                Files.readAllLines(EXAMPLE.resolve("tax-codes.csv")).subList(0, 3);
        Api api = new Api(node);
        String job = api.upload(Form.of("companies").file(String.join("\n", codes)))
                .json()
                .getString("id");
        api.awaitEnd(job);
        try (TestBrowser browser = TestBrowser.open(node.data());
                BrowserContext context = browser.fresh()) {
            Page page = open(context, node.address() + "/?job=" + job);
            page.setViewportSize(390, 844);
            assertThat(page.locator("#body td[data-label=Representative]:not(:empty)"))
                    .hasCount(2);

            assertThat(brokenNames(page)).isEmpty();

            page.evaluate("document.querySelectorAll('#body td').forEach((td) => {"
                    + " td.dataset.label = 'The ' + td.dataset.label + ' Datenschutzverantwortlicher'.repeat(2) })");
            assertThat(brokenNames(page)).as("too long for the page").containsOnly("Datenschutzverantwortlicher");
            assertThat((Integer) page.evaluate("document.scrollingElement.scrollWidth"))
                    .isEqualTo(390);
        }
    }

    /** The words of the names beside the values, which are no elements, that are wider than their place. */
    @SuppressWarnings("unchecked")
    private static Set<String> brokenNames(Page page) {
        List<String> broken = (List<String>) page.evaluate("""
                [...document.querySelectorAll('#body td:not(:empty)')].flatMap((td) => {
                  const name = getComputedStyle(td, '::before');
                  if (name.content === 'none' || name.display === 'none' || !td.checkVisibility()) return [];
                  const ruler = document.createElement('span');
                  Object.assign(ruler.style, { position: 'absolute', whiteSpace: 'nowrap', font: name.font });
                  document.body.append(ruler);
                  const wide = td.dataset.label.split(' ').filter((word) => {
                    ruler.textContent = word;
                    return ruler.getBoundingClientRect().width > parseFloat(name.width) + 0.5;
                  });
                  ruler.remove();
                  return wide;
                })
                """);
        return Set.copyOf(broken);
    }

    private Page open(BrowserContext context, String address) {
        return WatchedPage.open(context, address, errors);
    }

    /** The cells of the rows shown, once all are there. */
    private static List<List<String>> table(Page page) {
        Locator rows = page.locator("#body tr");
        assertThat(rows).hasCount(ROWS);
        List<List<String>> cells = new ArrayList<>();
        for (Locator row : rows.all()) {
            cells.add(row.locator("td").allTextContents());
        }
        return cells;
    }
}
