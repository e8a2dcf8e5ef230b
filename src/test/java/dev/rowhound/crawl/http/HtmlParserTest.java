package dev.rowhound.crawl.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.recipe.pattern.Budget;
import dev.rowhound.recipe.pattern.BudgetExceededException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HtmlParserTest {
    private static final String URL = "http://site.example/";
    private static final Budget FREE = Budget.until(() -> false);

    @Test
    void readsWhatTheLibraryReads() {
        String[] pages = {
            "",
            "a",
            "<!doctype html><title>a</title><p>b<p>c",
            "<table><b>x<tr><td>y</table>z",
            "<a><p>1<a>2</p>3</a>",
            "<b>1<p>2</b>3</p><svg><g/><title>t</title></svg><!-- c --><script>a<b</script>",
            "<select><option>1<option>2"
        };
        for (String page : pages) {
            assertThat(HtmlParser.parse(page, URL, FREE).outerHtml())
                    .isEqualTo(Jsoup.parse(page, URL).outerHtml());
        }
    }

    @Test
    void endsWithItsBudget() {
        assertThatThrownBy(() -> HtmlParser.parse("<p>".repeat(50_000), URL, Budget.ofSteps(100_000)))
                .isInstanceOf(BudgetExceededException.class);
    }

    /** Without bounds the first of these pages takes a heap of 800 MB. */
    @Test
    @Timeout(120)
    void noPageTakesMuchMemory() throws Exception {
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx200m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HtmlParserProgram.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(program.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(output).doesNotContain("OutOfMemory", "taken").contains("too large");
        assertThat(program.exitValue()).as(output).isZero();
    }
}
