package dev.trawl.crawl.view;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A page at one moment.
 *
 * @param url its address
 * @param status its HTTP status, 0 if unknown
 * @param parsed whether the whole document has arrived and been read
 * @param complete whether what it refers to has been loaded too
 * @param text what a reader sees of it, space folded; empty if it was not asked for
 * @param found for each query, in order
 */
public record Snapshot(String url, int status, boolean parsed, boolean complete, String text, List<Found> found) {
    /** How many characters are taken of the page's text, and of each query's elements together. */
    public static final int MAX_CHARS = 1_000_000;

    private static final Pattern SPACE = Pattern.compile("[\\s\\p{Z}\\u200b\\ufeff]+");

    public Snapshot {
        found = List.copyOf(found);
    }

    /** The same with that part of what was found, for one who asked only for it. */
    public Snapshot part(int from, int count) {
        return new Snapshot(url, status, parsed, complete, text, found.subList(from, from + count));
    }

    /** Removes space around the text and makes one blank of each space within it. */
    public static String fold(String text) {
        return SPACE.matcher(text).replaceAll(" ").strip();
    }
}
