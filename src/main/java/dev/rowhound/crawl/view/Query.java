package dev.rowhound.crawl.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to look for on a page, or within an element.
 *
 * @param selector the elements; within an element it may be empty, for the element itself
 * @param attribute the attribute to read, or null
 * @param text whether the elements' text is wanted
 * @param html whether their inner HTML is wanted
 * @param within what to look for within each of them
 */
public record Query(String selector, @Nullable String attribute, boolean text, boolean html, List<Query> within) {
    public Query {
        within = List.copyOf(within);
    }

    /** Looks for text or an attribute. */
    public Query(String selector, @Nullable String attribute, boolean text) {
        this(selector, attribute, text, false, List.of());
    }
}
