package dev.rowhound.crawl.view;

import java.util.List;

/**
 * All that one look at a page is to bring.
 *
 * @param queries the elements to read
 * @param withText whether the page's whole text is wanted
 * @param marks CSS selectors of which only matters whether an element matches; where there are any, a brief page's text
 *     is wanted too
 */
public record Sought(List<Query> queries, boolean withText, List<String> marks) {
    public Sought {
        queries = List.copyOf(queries);
        marks = List.copyOf(marks);
    }

    /** Looks for elements and text only. */
    public Sought(List<Query> queries, boolean withText) {
        this(queries, withText, List.of());
    }
}
