package dev.trawl.recipe;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the page tells what became of the look-up. They are tried in the order blocked, not found, found; a page that
 * shows none of them is a failure, never "not found".
 *
 * @param blocked any of these: the site refuses to answer
 * @param notFound any of these: the site says that there is no such entry; positive evidence only
 * @param found any of these: the entry is on the page
 */
public record Outcomes(List<Condition> blocked, List<Condition> notFound, List<Condition> found) {

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
            @Nullable Pattern text,
            List<Integer> statuses,
            @Nullable Pattern url) {}
}
