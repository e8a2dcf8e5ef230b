package dev.rowhound.crawl;

import dev.rowhound.config.JsonReader;
import dev.rowhound.crawl.browser.BrowserLimits;
import dev.rowhound.egress.EgressConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code crawl} of the configuration.
 *
 * @param chromium {@code chromium}: the Chromium to use, or null to look for one
 * @param node {@code node}: the Node.js that runs Playwright's driver, or null to look for one
 * @param sandbox {@code sandbox}: whether Chromium confines its processes
 * @param install {@code install}: whether a missing Chromium may be installed
 * @param limits {@code items_per_browser}, {@code browser_memory_mb}, {@code page_memory_mb}, {@code keep_cache}: when
 *     a browser is replaced, and what a page may take
 * @param egress what may be reached, and how
 * @param secrets {@code secrets}: what log-ins of recipes may type, by name
 */
public record CrawlConfig(
        @Nullable Path chromium,
        @Nullable Path node,
        Sandbox sandbox,
        boolean install,
        BrowserLimits limits,
        EgressConfig egress,
        Secrets secrets) {
    private static final int MAX_ITEMS = 100_000;
    private static final int MIN_MEGABYTES = 128;
    private static final int MAX_MEGABYTES = 1 << 20;

    /** Whether Chromium confines its processes. */
    public enum Sandbox {
        /** Unless the program runs as root, which Chromium refuses to confine. */
        AUTO,
        /** Always. */
        ON,
        /** Never, for containers that forbid what the sandbox needs. */
        OFF
    }

    /** Looks for everything, installs what is missing. */
    public static final CrawlConfig DEFAULT =
            new CrawlConfig(null, null, Sandbox.AUTO, true, BrowserLimits.DEFAULT, EgressConfig.DEFAULT, Secrets.NONE);

    /** Reads the section; faults are noted as the reader's problems. */
    public static CrawlConfig from(JsonReader section) {
        return new CrawlConfig(
                path(section, "chromium"),
                path(section, "node"),
                section.choice("sandbox", DEFAULT.sandbox),
                section.bool("install", DEFAULT.install),
                limits(section),
                EgressConfig.from(section),
                Secrets.from(section));
    }

    /** The same with another way out. */
    public CrawlConfig with(EgressConfig other) {
        return new CrawlConfig(chromium, node, sandbox, install, limits, other, secrets);
    }

    /** The same with other limits. */
    public CrawlConfig with(BrowserLimits other) {
        return new CrawlConfig(chromium, node, sandbox, install, other, egress, secrets);
    }

    private static BrowserLimits limits(JsonReader section) {
        BrowserLimits shipped = BrowserLimits.DEFAULT;
        return new BrowserLimits(
                section.integer("items_per_browser", shipped.items(), 1, MAX_ITEMS),
                section.integer("browser_memory_mb", shipped.browserMegabytes(), MIN_MEGABYTES, MAX_MEGABYTES),
                section.integer("page_memory_mb", shipped.pageMegabytes(), MIN_MEGABYTES, MAX_MEGABYTES),
                section.bool("keep_cache", shipped.keepCache()));
    }

    private static @Nullable Path path(JsonReader section, String key) {
        String value = section.optionalString(key);
        if (value != null && value.isBlank()) {
            section.problem(key, "is empty; give a path or null");
            return null;
        }
        return value == null ? null : Path.of(value);
    }

    /** Whether Chromium is started with its sandbox. */
    boolean sandboxed() {
        return switch (sandbox) {
            case ON -> true;
            case OFF -> false;
            case AUTO -> !runsAsRoot();
        };
    }

    /** Whether this program runs as the system's administrator. */
    static boolean runsAsRoot() {
        return "root".equals(System.getProperty("user.name"));
    }
}
