package dev.trawl.crawl;

import java.nio.file.Path;

/**
 * What it takes to start a browser.
 *
 * @param driver Playwright's driver
 * @param executable the Chromium
 * @param sandboxed whether Chromium confines its processes
 * @param data the folder whose {@code tmp} takes the profiles
 */
record BrowserSetup(PlaywrightDriver driver, Path executable, boolean sandboxed, Path data) {}
