package dev.rowhound.recipe;

import org.jspecify.annotations.Nullable;

/**
 * The pagination of a list. It ends at the last page, at a page seen before, or at the limit.
 *
 * @param next the element that leads to the next page: its {@code href} is opened, or it is clicked if it has none;
 *     null if {@code url} is given
 * @param url a URI template of the next page's address with {@code page} as its number; null if {@code next} is given
 * @param first the number of the second page, from which {@code page} counts up
 * @param rows the list field to collect; a page where it is empty is past the last one
 * @param max how many pages to read at most, including the first
 */
public record Pages(@Nullable String next, @Nullable String url, int first, String rows, int max) {
    /** Maximum of {@code max}. */
    public static final int MAX_PAGES = 1_000;
}
