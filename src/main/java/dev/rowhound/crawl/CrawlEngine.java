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
import org.jspecify.annotations.Nullable;

/** Makes processors that look items up with a browser. Safe for use by several threads. */
public final class CrawlEngine implements AutoCloseable {
    private final CrawlConfig config;
    private final Path data;
    private final Sessions sessions = new Sessions();
    private final EngineMemory memory = new EngineMemory(Clock.systemUTC());
    private @Nullable BrowserSetup setup;
    private @Nullable Egress egress;

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
        setup = BrowserSetup.find(
                new BrowserSetup.Wanted(
                        config.chromium(),
                        config.node(),
                        config.sandboxed(),
                        config.install(),
                        CrawlConfig.runsAsRoot()),
                data,
                tell);
    }

    /**
     * What was found, by a name for a person.
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

    /** As {@link #newProcessor(RecipeSource)}, for items whose plan is a recipe. */
    public Processor newProcessor() {
        return newProcessor(item -> (Recipe) Objects.requireNonNull(item.plan(), "plan"));
    }

    /**
     * A processor for one thread; its browser starts with its first item.
     *
     * @throws IllegalStateException before {@link #prepare} has succeeded
     */
    public synchronized Processor newProcessor(RecipeSource recipes) {
        Egress open = egress();
        return new CrawlProcessor(
                new BrowserSupervisor(ready(), config.limits(), open.browserProxy()),
                recipes,
                new Shared(open, sessions, memory, config.secrets()));
    }

    /** The way out of all its processors, opened by the first that asks. */
    private Egress egress() {
        Egress open = egress;
        if (open == null) {
            open = Egress.open(config.egress());
            egress = open;
        }
        return open;
    }

    /** Closes the way out; its processors have been closed before. */
    @Override
    public synchronized void close() {
        if (egress != null) {
            egress.close();
            egress = null;
        }
    }

    /**
     * The host that an item's look-up begins at, as {@link HostOf} spells it, or the empty string where no address can
     * be made for the item; its look-up then fails without asking a host.
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
