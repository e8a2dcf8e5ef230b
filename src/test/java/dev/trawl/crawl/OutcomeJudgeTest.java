package dev.trawl.crawl;

import static dev.trawl.crawl.TestRecipe.selector;
import static dev.trawl.crawl.TestRecipe.status;
import static dev.trawl.crawl.TestRecipe.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trawl.crawl.OutcomeJudge.Verdict;
import dev.trawl.crawl.view.Element;
import dev.trawl.crawl.view.Found;
import dev.trawl.crawl.view.Snapshot;
import dev.trawl.recipe.Outcomes;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeJudgeTest {
    private static final Found NOTHING = new Found(List.of(), false);
    private static final Found SOMETHING = new Found(List.of(new Element("", null)), false);

    private final OutcomeJudge judge = new OutcomeJudge(new Outcomes(
            List.of(status(403), selector("#challenge")),
            List.of(selector("#empty"), text("(?i)no such")),
            List.of(selector("#entry"))));

    @Test
    void refusalComesFirst() {
        assertThat(judge.judge(page(403, "No such", NOTHING, SOMETHING, SOMETHING))
                        .verdict())
                .isEqualTo(Verdict.BLOCKED);
        assertThat(judge.judge(page(200, "No such", SOMETHING, SOMETHING, SOMETHING))
                        .verdict())
                .isEqualTo(Verdict.BLOCKED);
    }

    @Test
    void eachConditionSeesItsOwnElements() {
        assertThat(judge.judge(page(200, "", NOTHING, SOMETHING, NOTHING)).verdict())
                .isEqualTo(Verdict.NOT_FOUND);
        assertThat(judge.judge(page(200, "", NOTHING, NOTHING, SOMETHING)).verdict())
                .isEqualTo(Verdict.FOUND);
        assertThat(judge.judge(page(404, "", NOTHING, NOTHING, NOTHING)).verdict())
                .isEqualTo(Verdict.NONE);
    }

    @Test
    void textIsSearchedForInThePage() {
        assertThat(judge.needsText()).isTrue();
        assertThat(judge.judge(page(200, "There is NO SUCH entry", NOTHING, NOTHING, SOMETHING))
                        .verdict())
                .isEqualTo(Verdict.NOT_FOUND);
    }

    private static Snapshot page(int status, String text, Found... found) {
        return new Snapshot("http://x.example/", status, true, true, text, Arrays.asList(found));
    }
}
