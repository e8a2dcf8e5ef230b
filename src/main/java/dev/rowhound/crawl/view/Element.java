package dev.rowhound.crawl.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An element of a page.
 *
 * @param text its text, space folded; empty if it was not asked for
 * @param attribute the attribute's value, space folded, or null
 * @param html its inner HTML, as browsers write it; empty if it was not asked for
 * @param within what was found in it, for each query, in order
 */
public record Element(String text, @Nullable String attribute, String html, List<Found> within) {
    public Element {
        within = List.copyOf(within);
    }

    /** An element of which text and attribute were asked for. */
    public Element(String text, @Nullable String attribute) {
        this(text, attribute, "", List.of());
    }
}
