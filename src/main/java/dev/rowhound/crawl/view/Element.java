package dev.rowhound.crawl.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An element of a page, as far as its query asked for it.
 *
 * @param text its text with normalised whitespace; empty if not requested
 * @param attribute the attribute's value with normalised whitespace, or null
 * @param html its inner HTML as browsers serialise it; empty if not requested
 * @param within the results of the inner queries, in order
 */
public record Element(String text, @Nullable String attribute, String html, List<QueryResult> within) {
    public Element {
        within = List.copyOf(within);
    }

    /** Creates an element with text and attribute only. */
    public Element(String text, @Nullable String attribute) {
        this(text, attribute, "", List.of());
    }
}
