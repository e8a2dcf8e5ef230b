package dev.rowhound.crawl.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A query for elements of a page or within an element.
 *
 * @param selector the CSS selector; within an element it may be empty, for the element itself
 * @param attribute the attribute to read, or null
 * @param text whether to read the elements' text
 * @param html whether to read their inner HTML
 * @param within the queries within each element
 */
public record Query(String selector, @Nullable String attribute, boolean text, boolean html, List<Query> within) {
    public Query {
        within = List.copyOf(within);
    }

    /** Creates a query for text or an attribute. */
    public Query(String selector, @Nullable String attribute, boolean text) {
        this(selector, attribute, text, false, List.of());
    }
}
