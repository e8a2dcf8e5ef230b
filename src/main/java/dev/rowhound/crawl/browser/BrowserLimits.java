package dev.rowhound.crawl.browser;

/**
 * Limits of a browser and of its pages.
 *
 * @param items the number of items after which a browser is replaced: Chromium and the driver grow with each page, and
 *     a fresh start costs about as much as a few items
 * @param browserMegabytes the memory between two items above which a browser is replaced
 * @param pageMegabytes the memory above which a page is killed
 * @param keepCache whether the HTTP cache is kept from item to item
 */
public record BrowserLimits(int items, int browserMegabytes, int pageMegabytes, boolean keepCache) {
    /** The defaults of the configuration. */
    public static final BrowserLimits DEFAULT = new BrowserLimits(300, 1536, 1024, false);

    public BrowserLimits withItems(int number) {
        return new BrowserLimits(number, browserMegabytes, pageMegabytes, keepCache);
    }

    public BrowserLimits withPageMegabytes(int megabytes) {
        return new BrowserLimits(items, browserMegabytes, megabytes, keepCache);
    }

    public BrowserLimits withKeepCache(boolean keep) {
        return new BrowserLimits(items, browserMegabytes, pageMegabytes, keep);
    }
}
