package dev.rowhound.crawl.view;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A page at one moment.
 *
 * @param url its address
 * @param base the address that completes its links
 * @param status its HTTP status, 0 if unknown
 * @param parsed whether the whole document has arrived and been read
 * @param complete whether what it refers to has been loaded too
 * @param text what a reader sees of it, space folded; empty if it was not asked for
 * @param brief whether it has no more than {@link #BRIEF_ELEMENTS} elements, as pages have that only refuse
 * @param found for each query, in order
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
        List<Found> found,
        List<Boolean> marks) {
    /** How many characters are taken of the page's text, and of each query's elements together. */
    public static final int MAX_CHARS = 1_000_000;

    /** The most elements of a page that counts as brief. */
    public static final int BRIEF_ELEMENTS = 300;

    private static final Pattern SPACE = Pattern.compile("[\\s\\p{Z}\\u200b\\ufeff]+");

    public Snapshot {
        found = List.copyOf(found);
        marks = List.copyOf(marks);
    }

    /** A page without marks, whose links are completed by its own address. */
    public Snapshot(String url, int status, boolean parsed, boolean complete, String text, List<Found> found) {
        this(url, url, status, parsed, complete, text, false, found, List.of());
    }

    /** The same with that part of what was found, for one who asked only for it. */
    public Snapshot part(int from, int count) {
        return new Snapshot(url, base, status, parsed, complete, text, brief, found.subList(from, from + count), marks);
    }

    /** Removes space around the text and makes one blank of each space within it. */
    public static String fold(String text) {
        return SPACE.matcher(text).replaceAll(" ").strip();
    }
}
