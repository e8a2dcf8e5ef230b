package dev.rowhound.bench;

import java.util.List;

/**
 * A load of concurrent pages.
 *
 * @param slow whether the server delays each page
 */
record CrawlLoad(int concurrency, boolean slow) {
    /** The only load for sides without a browser. */
    static final CrawlLoad WITHOUT_BROWSER = new CrawlLoad(8, false);

    /** The loads of the full benchmark for sides with a browser. */
    static final List<CrawlLoad> WHOLE =
            List.of(new CrawlLoad(2, false), new CrawlLoad(4, false), new CrawlLoad(8, false), new CrawlLoad(16, true));

    /** The loads of a quick run, which only shows that the benchmark works. */
    static final List<CrawlLoad> QUICK = List.of(new CrawlLoad(2, false), new CrawlLoad(4, true));

    /** All loads that the command line accepts. */
    static final List<CrawlLoad> ALL = List.of(
            new CrawlLoad(2, false),
            new CrawlLoad(4, false),
            new CrawlLoad(8, false),
            new CrawlLoad(16, true),
            new CrawlLoad(4, true));

    /** The name on the command line and in the names of figures. */
    @Override
    public String toString() {
        return concurrency + (slow ? "_slow" : "");
    }
}
