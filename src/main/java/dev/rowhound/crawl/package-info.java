/**
 * Looks items up one at a time by their recipe, with a browser or over HTTP. Depends on neither the store nor the event
 * bus, so it runs alone in a test.
 */
@NullMarked
package dev.rowhound.crawl;

import org.jspecify.annotations.NullMarked;
