package dev.rowhound.recipe;

import dev.rowhound.recipe.pattern.BoundedPattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the page tells what became of the look-up. They are tried in the order blocked, needs a person, not found, found;
 * a page that shows none of them is a failure, never "not found". On a page with a status of 400 or more, only a
 * condition that names the status can tell found, and not found unless the status is 404 or 410.
 *
 * @param blocked any of these: the site refuses to answer
 * @param needsHuman any of these: a person is asked
 * @param notFound any of these: the site says that there is no such entry; positive evidence only
 * @param found any of these: the entry is on the page
 * @param detectors whether the shipped descriptions of challenges and bans count as blocked too, unless a person is
 *     asked
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

    /** Outcomes that ask nobody, with the shipped detectors. */
    public Outcomes(List<Condition> blocked, List<Condition> notFound, List<Condition> found) {
        this(blocked, List.of(), notFound, found, true);
    }

    /**
     * What must hold at once; at least one part is given.
     *
     * @param selector an element that matches is on the page
     * @param text that element's text, or the page's without a selector, contains a match
     * @param statuses the page's HTTP status is one of these; empty for any
     * @param url the page's address contains a match
     */
    public record Condition(
            @Nullable String selector,
            @Nullable BoundedPattern text,
            List<Integer> statuses,
            @Nullable BoundedPattern url) {}

    /** A page that a person is asked about. */
    public record NeedsHuman(Condition condition, Ask ask) {}

    /**
     * What a person is asked.
     *
     * @param prompt one sentence
     * @param picture the element that the person must see, or null for the whole page
     * @param answer what is done with the answer, or null where the person only says "go on"
     * @param waitMillis how long the look-up waits for it
     */
    public record Ask(
            String prompt,
            @Nullable String picture,
            @Nullable AnswerSteps answer,
            int waitMillis) {}

    /**
     * What is done with an answer.
     *
     * @param fill the field that it is typed into
     * @param then what is done after that, such as sending the form
     */
    public record AnswerSteps(String fill, List<Step> then) {
        public AnswerSteps {
            then = List.copyOf(then);
        }
    }
}
