/**
 * Looks one item at a time up as its recipe says, with a browser or over HTTP. It knows neither the store nor the event
 * bus and runs alone in a test.
 */
@NullMarked
package dev.rowhound.crawl;

import org.jspecify.annotations.NullMarked;
