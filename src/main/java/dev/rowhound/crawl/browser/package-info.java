/** The browser: runs a Chromium under Playwright, keeps it well, and shows pages in it. */
@NullMarked
package dev.rowhound.crawl.browser;

import org.jspecify.annotations.NullMarked;
