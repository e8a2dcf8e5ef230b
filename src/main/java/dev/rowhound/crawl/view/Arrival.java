package dev.rowhound.crawl.view;

import org.jspecify.annotations.Nullable;

/**
 * The response with which a page began to arrive.
 *
 * @param status its HTTP status, 0 if unknown
 * @param retryAfter the header {@code Retry-After}, or null
 */
public record Arrival(int status, @Nullable String retryAfter) {}
