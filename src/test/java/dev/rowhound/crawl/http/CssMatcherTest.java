package dev.rowhound.crawl.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.recipe.css.CssException;
import dev.rowhound.recipe.css.CssParser;
import dev.rowhound.recipe.pattern.Budget;
import dev.rowhound.recipe.pattern.BudgetExceededException;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much work selectors make on wide pages; which elements they find, the tests of engines tell. */
class CssMatcherTest {
    private static final int SIBLINGS = 20_000;
    private static final Document WIDE = HtmlParser.parse(
            "<h1>a</h1>" + "<p></p>".repeat(SIBLINGS), "http://site.example/", Budget.until(() -> false));

    private static int count(String selector, Budget budget) throws CssException {
        return new CssMatcher(WIDE.quirksMode(), budget)
                .select(CssParser.parse(selector), WIDE)
                .size();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "h1 ~ p | 20000",
                "p ~ p | 19999",
                "b ~ p | 0",
                "p ~ p ~ p | 19998",
                "b ~ p ~ p ~ p | 0",
                "p:nth-child(2n) | 10000",
                "p:nth-child(20002) | 0",
                "p:nth-last-child(20000) | 1",
                "p:nth-of-type(20000) | 1",
                "p:nth-last-of-type(3n+1) | 6667",
                "h1:only-of-type | 1",
                "p:only-of-type | 0"
            })
    void manySiblingsTakeOneWalk(String selector, int found) throws CssException {
        assertThat(count(selector, Budget.ofSteps(20L * SIBLINGS))).isEqualTo(found);
    }

    @Test
    void whatTakesMoreEndsWithItsBudget() {
        assertThatThrownBy(() -> count("p:has(~ b)", Budget.ofSteps(1_000_000)))
                .isInstanceOf(BudgetExceededException.class);
    }
}
