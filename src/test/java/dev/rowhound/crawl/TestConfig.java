package dev.rowhound.crawl;

import dev.rowhound.egress.Egress;
import java.time.Clock;

/** What tests of look-ups are configured with. */
final class TestConfig {
    /** The shipped configuration, and this machine's own sites may be asked. */
    static final CrawlConfig LOOPBACK =
            CrawlConfig.DEFAULT.with(CrawlConfig.DEFAULT.egress().allowing("127.0.0.1:*"));

    private TestConfig() {}

    /** What processors have in common, with that way out and nothing known. */
    static SharedResources shared(Egress egress) {
        return new SharedResources(egress, new SessionPool(), new EnginePredictor(Clock.systemUTC()), Secrets.NONE);
    }
}
