package dev.rowhound.recipe;

import dev.rowhound.recipe.pattern.BoundedPattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The conditions that identify the outcome of a page, tried in the order blocked, needs human, not found, found. A page
 * without any of them is a failure, never "not found". On a page with a status of 400 or more, {@code found} and {@code
 * not_found} need a condition that names the status, except for {@code not_found} with 404 or 410.
 *
 * @param blocked any of these: the site refuses to answer
 * @param needsHuman any of these: a person is asked
 * @param notFound any of these: the site says that the entry does not exist; positive evidence only
 * @param found any of these: the entry is on the page
 * @param detectors whether the known challenges and bans also count as blocked, unless a person is asked
 */
public record Outcomes(
        List<Condition> blocked,
        List<NeedsHuman> needsHuman,
        List<Condition> notFound,
        List<Condition> found,
        boolean detectors) {

    public Outcomes {
        blocked = List.copyOf(blocked);
        needsHuman = List.copyOf(needsHuman);
        notFound = List.copyOf(notFound);
        found = List.copyOf(found);
    }

    /** Creates outcomes without questions and with the detectors. */
    public Outcomes(List<Condition> blocked, List<Condition> notFound, List<Condition> found) {
        this(blocked, List.of(), notFound, found, true);
    }

    /**
     * Requirements that must hold together; at least one is given.
     *
     * @param selector an element on the page
     * @param text a pattern in that element's text, or in the page's without a selector
     * @param statuses the accepted HTTP statuses; empty for any
     * @param url a pattern in the page's address
     */
    public record Condition(
            @Nullable String selector,
            @Nullable BoundedPattern text,
            List<Integer> statuses,
            @Nullable BoundedPattern url) {}

    /** A question for a person about a page. */
    public record NeedsHuman(Condition condition, Ask ask) {}

    /**
     * The question.
     *
     * @param prompt one sentence
     * @param picture the element to show, or null for the whole page
     * @param answer the steps to perform with the answer, or null if the person only confirms
     * @param waitMillis how long the lookup waits for the answer
     */
    public record Ask(
            String prompt,
            @Nullable String picture,
            @Nullable AnswerSteps answer,
            int waitMillis) {}

    /**
     * The steps to perform with an answer.
     *
     * @param fill the field to type it into
     * @param then the steps after that, such as submitting the form
     */
    public record AnswerSteps(String fill, List<Step> then) {
        public AnswerSteps {
            then = List.copyOf(then);
        }
    }
}
