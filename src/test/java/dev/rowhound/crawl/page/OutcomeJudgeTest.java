package dev.rowhound.crawl.page;

import static dev.rowhound.crawl.TestRecipe.selector;
import static dev.rowhound.crawl.TestRecipe.status;
import static dev.rowhound.crawl.TestRecipe.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.crawl.page.OutcomeJudge.Verdict;
import dev.rowhound.crawl.view.Element;
import dev.rowhound.crawl.view.QueryResult;
import dev.rowhound.crawl.view.Snapshot;
import dev.rowhound.recipe.Outcomes;
import dev.rowhound.recipe.Outcomes.Condition;
import dev.rowhound.recipe.pattern.Budget;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeJudgeTest {
    private static final Budget FREE = Budget.until(() -> false);
    private static final QueryResult NOTHING = new QueryResult(List.of(), false);
    private static final QueryResult SOMETHING = new QueryResult(List.of(new Element("", null)), false);

    private final OutcomeJudge judge = new OutcomeJudge(new Outcomes(
            List.of(status(403), selector("#challenge")),
            List.of(selector("#empty"), text("(?i)no such")),
            List.of(selector("#entry"))));

    @Test
    void refusalComesFirst() {
        assertThat(judge.judge(page(403, "No such", NOTHING, SOMETHING, SOMETHING), FREE)
                        .verdict())
                .isEqualTo(Verdict.BLOCKED);
        assertThat(judge.judge(page(200, "No such", SOMETHING, SOMETHING, SOMETHING), FREE)
                        .verdict())
                .isEqualTo(Verdict.BLOCKED);
    }

    @Test
    void eachConditionSeesItsOwnElements() {
        assertThat(judge.judge(page(200, "", NOTHING, SOMETHING, NOTHING), FREE).verdict())
                .isEqualTo(Verdict.NOT_FOUND);
        assertThat(judge.judge(page(200, "", NOTHING, NOTHING, SOMETHING), FREE).verdict())
                .isEqualTo(Verdict.FOUND);
        assertThat(judge.judge(page(404, "", NOTHING, NOTHING, NOTHING), FREE).verdict())
                .isEqualTo(Verdict.NONE);
    }

    @Test
    void textIsSearchedForInThePage() {
        assertThat(judge.needsText()).isTrue();
        assertThat(judge.judge(page(200, "There is NO SUCH entry", NOTHING, NOTHING, SOMETHING), FREE)
                        .verdict())
                .isEqualTo(Verdict.NOT_FOUND);
    }

    @Test
    void anErrorStatusThatNoConditionNamesIsNoAnswer() {
        assertThat(judged(399, SOMETHING, NOTHING)).isEqualTo(Verdict.NOT_FOUND);
        assertThat(judged(0, NOTHING, SOMETHING)).as("unknown").isEqualTo(Verdict.FOUND);
        for (int status : List.of(400, 401, 402, 429, 451, 500, 503, 599)) {
            assertThat(judged(status, SOMETHING, SOMETHING)).as("%s", status).isEqualTo(Verdict.NONE);
        }
        assertThat(judged(404, SOMETHING, SOMETHING)).isEqualTo(Verdict.NOT_FOUND);
        assertThat(judged(410, SOMETHING, SOMETHING)).isEqualTo(Verdict.NOT_FOUND);
        assertThat(judged(404, NOTHING, SOMETHING)).isEqualTo(Verdict.NONE);
    }

    private Verdict judged(int status, QueryResult empty, QueryResult entry) {
        return judge.judge(page(status, "", NOTHING, empty, entry), FREE).verdict();
    }

    @Test
    void aConditionThatNamesAnErrorStatusHoldsWithIt() {
        Condition absent = new Condition("#empty", null, List.of(200, 422), null);
        Condition present = new Condition("#entry", null, List.of(500), null);
        OutcomeJudge naming = new OutcomeJudge(new Outcomes(List.of(), List.of(absent), List.of(present)));

        assertThat(naming.judge(page(422, "", SOMETHING, NOTHING), FREE).verdict())
                .isEqualTo(Verdict.NOT_FOUND);
        assertThat(naming.judge(page(500, "", NOTHING, SOMETHING), FREE).verdict())
                .isEqualTo(Verdict.FOUND);
        assertThat(naming.judge(page(404, "", SOMETHING, SOMETHING), FREE).verdict())
                .as("it names others")
                .isEqualTo(Verdict.NONE);
    }

    @Test
    void onlyAnOutcomeThatStandsThereIsSaidNotToNameTheStatus() {
        assertThat(judge.judge(page(500, "", NOTHING, NOTHING, SOMETHING), FREE).unnamed())
                .isTrue();
        assertThat(judge.judge(page(500, "", NOTHING, NOTHING, NOTHING), FREE).unnamed())
                .isFalse();
        assertThat(judge.judge(page(200, "", NOTHING, NOTHING, NOTHING), FREE).unnamed())
                .isFalse();
    }

    private static Snapshot page(int status, String text, QueryResult... found) {
        return new Snapshot("http://x.example/", status, true, true, text, Arrays.asList(found));
    }
}
