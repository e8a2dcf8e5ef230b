package dev.rowhound.crawl;

import dev.rowhound.crawl.browser.BrowserSupervisor;
import dev.rowhound.crawl.install.BrowserSetup;
import dev.rowhound.crawl.install.BrowserUnavailableException;
import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.egress.Egress;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.Processor;
import dev.rowhound.net.HostOf;
import dev.rowhound.recipe.Recipe;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Creates the processors that look items up. Thread-safe. */
public final class CrawlEngine implements AutoCloseable {
    private final CrawlConfig config;
    private final Path data;
    private final SessionPool sessions = new SessionPool();
    private final EnginePredictor predictor = new EnginePredictor(Clock.systemUTC());
    private @Nullable BrowserSetup setup;
    private @Nullable Egress egress;

    /**
     * Creates the engine without touching files or processes.
     *
     * @param data the folder for {@code driver} (Playwright's driver) and {@code tmp} (browser profiles, deleted with
     *     their processor; leftovers of a killed process may be deleted at any start)
     */
    public CrawlEngine(CrawlConfig config, Path data) {
        this.config = config;
        this.data = data.toAbsolutePath();
    }

    /**
     * Unpacks Playwright's driver, finds a Node.js, and finds or installs a Chromium. Blocks, sometimes for minutes;
     * after a success, further calls do nothing.
     *
     * @param onProgress receives a sentence about each slow step, on this thread
     * @throws BrowserUnavailableException if there is no Node.js or no Chromium; the message says what to do
     */
    public synchronized void prepare(Consumer<String> onProgress) {
        if (setup != null) {
            return;
        }
        setup = BrowserSetup.find(
                new BrowserSetup.Requirements(
                        config.chromium(),
                        config.node(),
                        config.sandboxed(),
                        config.install(),
                        CrawlConfig.runsAsRoot()),
                data,
                onProgress);
    }

    /**
     * Returns the paths of the programs found, by display name.
     *
     * @throws IllegalStateException before {@link #prepare} has succeeded
     */
    public synchronized Map<String, Path> parts() {
        BrowserSetup ready = ready();
        Map<String, Path> parts = new LinkedHashMap<>();
        parts.put("Chromium", ready.executable());
        parts.put("Node.js", ready.driver().node());
        return parts;
    }

    private BrowserSetup ready() {
        if (setup == null) {
            throw new IllegalStateException("prepare() comes first");
        }
        return setup;
    }

    /** Creates a processor for items whose plan is a {@link Recipe}. */
    public Processor newProcessor() {
        return newProcessor(item -> (Recipe) Objects.requireNonNull(item.plan(), "plan"));
    }

    /**
     * Creates a processor for one thread; its browser starts with its first item.
     *
     * @param recipes provides the recipe of an item, on the processor's thread
     * @throws IllegalStateException before {@link #prepare} has succeeded
     */
    public synchronized Processor newProcessor(Function<ItemInput, Recipe> recipes) {
        Egress shared = egress();
        return new CrawlProcessor(
                new BrowserSupervisor(ready(), config.limits(), shared.browserProxy()),
                recipes,
                shared,
                sessions,
                predictor,
                config.secrets());
    }

    /** Returns the shared egress, opened by the first caller. */
    private Egress egress() {
        Egress shared = egress;
        if (shared == null) {
            shared = Egress.open(config.egress());
            egress = shared;
        }
        return shared;
    }

    /** Closes the egress. All processors must be closed before. */
    @Override
    public synchronized void close() {
        if (egress != null) {
            egress.close();
            egress = null;
        }
    }

    /**
     * Returns the host at which the lookup of an item begins, in the notation of {@link HostOf}, or the empty string if
     * the row gives no valid address; the lookup then fails without contacting any host.
     */
    public static String hostOf(Recipe recipe, ItemInput input) {
        String fixed = recipe.start().fixedHost();
        if (!fixed.isEmpty()) {
            return fixed;
        }
        try {
            return HostOf.address(
                    new ItemValues(recipe.start(), input).address(recipe.start().url()));
        } catch (LookupException e) {
            return "";
        }
    }
}
