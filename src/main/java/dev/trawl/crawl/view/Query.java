package dev.trawl.crawl.view;

import org.jspecify.annotations.Nullable;

/**
 * What to look for on a page.
 *
 * @param selector the elements
 * @param attribute the attribute to read, or null
 * @param text whether the elements' text is wanted
 */
public record Query(String selector, @Nullable String attribute, boolean text) {}
