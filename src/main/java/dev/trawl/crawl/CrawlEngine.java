package dev.trawl.crawl;

import dev.trawl.job.Processor;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes processors that look items up with a browser. Safe for use by several threads. */
public final class CrawlEngine {
    private static final Logger LOG = LoggerFactory.getLogger(CrawlEngine.class);

    private final CrawlConfig config;
    private final Path data;
    private @Nullable BrowserSetup setup;

    /**
     * Touches nothing yet.
     *
     * @param data the folder for what is kept: {@code driver} (Playwright's driver) and {@code tmp} (the browsers'
     *     profiles, which go with their processor; what a killed process left there may be removed at any start)
     */
    public CrawlEngine(CrawlConfig config, Path data) {
        this.config = config;
        this.data = data.toAbsolutePath();
    }

    /**
     * Unpacks Playwright's driver, finds a Node.js, and finds or installs a Chromium. It blocks, at times for minutes;
     * once it has succeeded, further calls do nothing.
     *
     * @param tell is told of what takes long, a sentence at a time, on this thread
     * @throws BrowserUnavailableException if there is no Node.js or no Chromium, saying what to do
     */
    public synchronized void prepare(Consumer<String> tell) {
        if (setup != null) {
            return;
        }
        PlaywrightDriver driver = PlaywrightDriver.prepare(config.node(), System.getenv(), data);
        Path executable = chromium(driver, tell);
        LOG.info("Chromium is {}, driven by {}", executable, driver.node());
        setup = new BrowserSetup(driver, executable, config.sandboxed(), data);
    }

    /**
     * A processor for one thread; its browser starts with its first item.
     *
     * @throws IllegalStateException before {@link #prepare} has succeeded
     */
    public synchronized Processor newProcessor(RecipeSource recipes) {
        return new CrawlProcessor(prepared(), recipes);
    }

    /**
     * The Chromium that is used.
     *
     * @throws IllegalStateException before {@link #prepare} has succeeded
     */
    public synchronized Path chromium() {
        return prepared().executable();
    }

    private BrowserSetup prepared() {
        if (setup == null) {
            throw new IllegalStateException("prepare() comes first");
        }
        return setup;
    }

    private Path chromium(PlaywrightDriver driver, Consumer<String> tell) {
        Path configured = config.chromium();
        if (configured != null) {
            return Chromium.configured(configured);
        }
        Chromium chromium = new Chromium(System.getenv(), Path.of(System.getProperty("user.home")));
        return chromium.find().orElseGet(() -> {
            if (!config.install()) {
                throw new BrowserUnavailableException("No Chromium was found: install one, such as Debian's package"
                        + " chromium-headless-shell, set crawl.chromium to its path,"
                        + " or set crawl.install to true to have it installed");
            }
            return new ChromiumInstaller(System.getenv(), CrawlConfig.runsAsRoot())
                    .install(chromium, driver, data, tell);
        });
    }
}
