package dev.rowhound.crawl.browser;

/**
 * When a browser is replaced, and what a page may take.
 *
 * @param items how many items a browser works on before it is replaced; Chromium and the driver grow with what they
 *     have opened, and a fresh start costs about as much as a few items
 * @param browserMegabytes how much memory a browser may hold between two items before it is replaced
 * @param pageMegabytes how much memory a page may take before it is ended
 * @param keepCache whether images, styles and scripts that a site lets be kept are kept from item to item
 */
public record BrowserLimits(int items, int browserMegabytes, int pageMegabytes, boolean keepCache) {
    /** What the shipped configuration says. */
    public static final BrowserLimits DEFAULT = new BrowserLimits(300, 1536, 1024, false);

    /** The same with another number of items. */
    public BrowserLimits withItems(int number) {
        return new BrowserLimits(number, browserMegabytes, pageMegabytes, keepCache);
    }

    /** The same with another bound for a page. */
    public BrowserLimits withPageMegabytes(int megabytes) {
        return new BrowserLimits(items, browserMegabytes, megabytes, keepCache);
    }

    /** The same with the HTTP cache kept, or not. */
    public BrowserLimits withKeepCache(boolean keep) {
        return new BrowserLimits(items, browserMegabytes, pageMegabytes, keep);
    }
}
