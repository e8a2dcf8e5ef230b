package dev.rowhound.bench;

import java.util.stream.Stream;

/** The sides of the look-up benchmark in the order of their turns, the project's sides first. */
enum CrawlContender {
    ROWHOUND("rowhound", true, 0),
    ROWHOUND_HTTP("rowhound-http", false, 0),
    /** The project with {@code crawl.keep_cache}, compared like a peer. */
    ROWHOUND_CACHE("rowhound-cache", true, 0),
    CRAWLEE("crawlee", true, 3),
    CRAWLEE_BEST("crawlee-best", true, 0),
    CLUSTER_CONTEXT("cluster-context", true, 2),
    CLUSTER_PAGE("cluster-page", true, 2),
    BARE("bare", true, 0.9),
    BARE_LEAN("bare-lean", true, 0.9),
    CHEERIO("cheerio", false, 1.5),
    CHEERIO_BEST("cheerio-best", false, 1.5);

    /** The name on the command line and in the output. */
    final String id;

    /** Whether the side uses a browser; the others parse the server's HTML. */
    final boolean browser;

    /** The minimum ratio of the project's pages per second to this side's, or 0 for none. */
    final double goal;

    CrawlContender(String id, boolean browser, double goal) {
        this.id = id;
        this.browser = browser;
        this.goal = goal;
    }

    /** Whether this is the reference side of its kind. */
    boolean measure() {
        return this == ROWHOUND || this == ROWHOUND_HTTP;
    }

    /** The reference side of this side's kind. */
    CrawlContender measuredBy() {
        return browser ? ROWHOUND : ROWHOUND_HTTP;
    }

    /** Whether this side belongs to the project. */
    boolean own() {
        return measure() || this == ROWHOUND_CACHE;
    }

    /** The prefix of the side's figure names. */
    String prefix() {
        return id.replace('-', '_') + "_";
    }

    /** All sides with, or without, a browser. */
    static Stream<CrawlContender> ofKind(boolean browser) {
        return Stream.of(values()).filter(contender -> contender.browser == browser);
    }
}
