package dev.rowhound.crawl.view;

import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The state of a page at one moment.
 *
 * @param url its address
 * @param base the address that resolves relative links
 * @param status its HTTP status, 0 if unknown
 * @param parsed whether the whole document has arrived and been parsed
 * @param complete whether its subresources have been loaded too
 * @param text its visible text with normalised whitespace; empty if not requested
 * @param brief whether it has at most {@link #MAX_BRIEF_ELEMENTS} elements, as pages that only refuse do
 * @param found the result of each query, in order
 * @param marks for each mark, in order, whether an element matches
 */
public record Snapshot(
        String url,
        String base,
        int status,
        boolean parsed,
        boolean complete,
        String text,
        boolean brief,
        List<QueryResult> found,
        List<Boolean> marks) {
    /** The limit of the page's text, and of each query's elements together. */
    public static final int MAX_CHARS = 1_000_000;

    public static final int MAX_BRIEF_ELEMENTS = 300;

    private static final Pattern SPACE = Pattern.compile("[\\s\\p{Z}\\u200b\\ufeff]+");

    public Snapshot {
        found = List.copyOf(found);
        marks = List.copyOf(marks);
    }

    /** Creates a snapshot without marks, whose links are relative to its own address. */
    public Snapshot(String url, int status, boolean parsed, boolean complete, String text, List<QueryResult> found) {
        this(url, url, status, parsed, complete, text, false, found, List.of());
    }

    /** Creates a snapshot of a response that is an error and has no page, such as a refusal of a download. */
    public static Snapshot withoutPage(String url, int status, SnapshotRequest request) {
        List<QueryResult> found = Collections.nCopies(request.queries().size(), new QueryResult(List.of(), false));
        List<Boolean> marks = Collections.nCopies(request.marks().size(), false);
        return new Snapshot(url, url, status, true, true, "", false, found, marks);
    }

    /** Returns a snapshot with a range of the query results. */
    public Snapshot slice(int from, int count) {
        return new Snapshot(url, base, status, parsed, complete, text, brief, found.subList(from, from + count), marks);
    }

    /** Trims the text and replaces each run of whitespace by one space. */
    public static String fold(String text) {
        return SPACE.matcher(text).replaceAll(" ").strip();
    }
}
