package dev.trawl.crawl.view;

import java.util.List;

/**
 * All that one look at a page is to bring.
 *
 * @param queries the elements to read
 * @param withText whether the page's whole text is wanted
 */
public record Sought(List<Query> queries, boolean withText) {
    public Sought {
        queries = List.copyOf(queries);
    }
}
