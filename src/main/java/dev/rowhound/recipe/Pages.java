package dev.rowhound.recipe;

import org.jspecify.annotations.Nullable;

/**
 * How a list that goes on over several pages is read. It ends at the last page, at one that was seen before, or at the
 * bound.
 *
 * @param next the element that leads to the next page: its {@code href} is opened, or it is clicked where it has none;
 *     null where there is an address
 * @param url a URI template of the next page's address, in which {@code page} is its number; null where there is an
 *     element
 * @param first the number of the second page, from which {@code page} counts up
 * @param rows the field whose list is collected; a page on which it is empty is past the last one
 * @param most how many pages are read at most, the first one too
 */
public record Pages(@Nullable String next, @Nullable String url, int first, String rows, int most) {
    /** How many pages of one item can be read. */
    public static final int MOST = 1_000;
}
