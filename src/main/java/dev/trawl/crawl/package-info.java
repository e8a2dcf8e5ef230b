/**
 * The browser: finds or installs a Chromium, runs it under Playwright, and looks one item at a time up as its recipe
 * says. It knows neither the store nor the event bus and runs alone in a test.
 */
@NullMarked
package dev.trawl.crawl;

import org.jspecify.annotations.NullMarked;
