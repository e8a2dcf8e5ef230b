package dev.trawl.crawl.view;

import org.jspecify.annotations.Nullable;

/**
 * An element of a page.
 *
 * @param text its text, space folded; empty if it was not asked for
 * @param attribute the attribute's value, space folded, or null
 */
public record Element(String text, @Nullable String attribute) {}
