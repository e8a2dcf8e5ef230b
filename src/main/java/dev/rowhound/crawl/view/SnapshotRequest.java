package dev.rowhound.crawl.view;

import java.util.List;

/**
 * The contents that a snapshot must have.
 *
 * @param queries the elements to read
 * @param withText whether to read the page's whole text
 * @param marks CSS selectors of which only the existence of a match is needed; if there are any, the text of a brief
 *     page is read too
 */
public record SnapshotRequest(List<Query> queries, boolean withText, List<String> marks) {
    public SnapshotRequest {
        queries = List.copyOf(queries);
        marks = List.copyOf(marks);
    }

    /** Creates a request without marks. */
    public SnapshotRequest(List<Query> queries, boolean withText) {
        this(queries, withText, List.of());
    }
}
