package dev.rowhound.crawl.view;

import java.util.List;

/**
 * The result of a query.
 *
 * @param elements in document order
 * @param cut whether elements were dropped because they held more than {@link Snapshot#MAX_CHARS} characters
 */
public record QueryResult(List<Element> elements, boolean cut) {
    public QueryResult {
        elements = List.copyOf(elements);
    }
}
