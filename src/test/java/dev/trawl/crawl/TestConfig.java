package dev.trawl.crawl;

/** What tests of look-ups are configured with. */
final class TestConfig {
    /** The shipped configuration, and this machine's own sites may be asked. */
    static final CrawlConfig LOOPBACK =
            CrawlConfig.DEFAULT.with(CrawlConfig.DEFAULT.outbound().allowing("127.0.0.1:*"));

    private TestConfig() {}
}
