package dev.rowhound.bench;

import java.util.List;

/**
 * So many pages at once.
 *
 * @param slow whether the server takes its time with each
 */
record CrawlLoad(int concurrency, boolean slow) {
    /** The only one at which those without a browser are compared. */
    static final CrawlLoad WITHOUT_BROWSER = new CrawlLoad(8, false);

    /** Those of the whole bench, with a browser. */
    static final List<CrawlLoad> WHOLE =
            List.of(new CrawlLoad(2, false), new CrawlLoad(4, false), new CrawlLoad(8, false), new CrawlLoad(16, true));

    /** Those that show whether the bench runs. */
    static final List<CrawlLoad> QUICK = List.of(new CrawlLoad(2, false), new CrawlLoad(4, true));

    /** All that can be asked for. */
    static final List<CrawlLoad> ALL = List.of(
            new CrawlLoad(2, false),
            new CrawlLoad(4, false),
            new CrawlLoad(8, false),
            new CrawlLoad(16, true),
            new CrawlLoad(4, true));

    /** Its name on the command line and in the names of figures. */
    @Override
    public String toString() {
        return concurrency + (slow ? "_slow" : "");
    }
}
