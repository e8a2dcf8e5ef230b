package dev.rowhound.crawl;

import dev.rowhound.crawl.browser.BrowserSupervisor;
import dev.rowhound.egress.Egress;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.Processor;
import dev.rowhound.recipe.Recipe;
import java.time.Clock;
import java.util.function.Function;

/** What tests of look-ups are configured with. */
final class TestConfig {
    /** The shipped configuration, and this machine's own sites may be asked. */
    static final CrawlConfig LOOPBACK =
            CrawlConfig.DEFAULT.with(CrawlConfig.DEFAULT.egress().allowing("127.0.0.1:*"));

    private TestConfig() {}

    /** A processor with that way out and nothing known. */
    static Processor processor(BrowserSupervisor browser, Function<ItemInput, Recipe> recipes, Egress egress) {
        return new CrawlProcessor(
                browser, recipes, egress, new SessionPool(), new EnginePredictor(Clock.systemUTC()), Secrets.NONE);
    }
}
