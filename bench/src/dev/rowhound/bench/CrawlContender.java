package dev.rowhound.bench;

import java.util.stream.Stream;

/** Who is compared by the bench of look-ups, in the order of their turns: those of the project first. */
enum CrawlContender {
    ROWHOUND("rowhound", true, 0),
    ROWHOUND_HTTP("rowhound-http", false, 0),
    /** The project with {@code crawl.keep_cache}, compared as if it were another's. */
    ROWHOUND_CACHE("rowhound-cache", true, 0),
    CRAWLEE("crawlee", true, 3),
    CRAWLEE_BEST("crawlee-best", true, 0),
    CLUSTER_CONTEXT("cluster-context", true, 2),
    CLUSTER_PAGE("cluster-page", true, 2),
    BARE("bare", true, 0.9),
    BARE_LEAN("bare-lean", true, 0.9),
    CHEERIO("cheerio", false, 1.5),
    CHEERIO_BEST("cheerio-best", false, 1.5);

    /** Its name on the command line and in what is told. */
    final String id;

    /** Whether it looks at pages with a browser; the others read what the server sends. */
    final boolean browser;

    /** What the project's pages a second are to be of its own, or 0. */
    final double goal;

    CrawlContender(String id, boolean browser, double goal) {
        this.id = id;
        this.browser = browser;
        this.goal = goal;
    }

    /** Whether the others of its kind are compared with it. */
    boolean measure() {
        return this == ROWHOUND || this == ROWHOUND_HTTP;
    }

    /** The one that it is compared with; itself, where it is that one. */
    CrawlContender measuredBy() {
        return browser ? ROWHOUND : ROWHOUND_HTTP;
    }

    /** Whether the project runs it, not a peer. */
    boolean own() {
        return measure() || this == ROWHOUND_CACHE;
    }

    /** What its figures' names begin with. */
    String prefix() {
        return id.replace('-', '_') + "_";
    }

    /** All of those that look at pages in the same way. */
    static Stream<CrawlContender> ofKind(boolean browser) {
        return Stream.of(values()).filter(contender -> contender.browser == browser);
    }
}
