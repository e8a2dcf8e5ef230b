/** Runs Chromium under Playwright, supervises it and reads pages in it. */
@NullMarked
package dev.rowhound.crawl.browser;

import org.jspecify.annotations.NullMarked;
