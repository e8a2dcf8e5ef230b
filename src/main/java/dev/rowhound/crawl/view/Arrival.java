package dev.rowhound.crawl.view;

import org.jspecify.annotations.Nullable;

/**
 * The answer with which a page began to arrive.
 *
 * @param status its HTTP status, 0 if unknown
 * @param retryAfter its header {@code Retry-After}, or null
 */
public record Arrival(int status, @Nullable String retryAfter) {}
