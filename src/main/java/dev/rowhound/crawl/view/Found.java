package dev.rowhound.crawl.view;

import java.util.List;

/**
 * What a query found.
 *
 * @param elements in the page's order
 * @param cut whether there were more than {@link Snapshot#MAX_CHARS} characters, and some elements are missing
 */
public record Found(List<Element> elements, boolean cut) {
    public Found {
        elements = List.copyOf(elements);
    }
}
