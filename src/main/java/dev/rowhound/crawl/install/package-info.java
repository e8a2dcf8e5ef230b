/** Finds or installs what a browser needs: Node.js, Playwright's driver, a Chromium. */
@NullMarked
package dev.rowhound.crawl.install;

import org.jspecify.annotations.NullMarked;
