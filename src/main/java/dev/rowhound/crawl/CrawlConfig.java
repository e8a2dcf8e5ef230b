package dev.rowhound.crawl;

import dev.rowhound.config.JsonReader;
import dev.rowhound.crawl.browser.BrowserLimits;
import dev.rowhound.egress.EgressConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The configuration section {@code crawl}.
 *
 * @param chromium {@code chromium}: the Chromium to use, or null to look for one
 * @param node {@code node}: the Node.js that runs Playwright's driver, or null to look for one
 * @param sandbox {@code sandbox}: whether Chromium runs in its sandbox
 * @param install {@code install}: whether a missing Chromium may be installed
 * @param limits {@code items_per_browser}, {@code browser_memory_mb}, {@code page_memory_mb}, {@code keep_cache}: when
 *     a browser is replaced and how much memory a page may use
 * @param egress which addresses may be reached, and through which proxies
 * @param secrets {@code secrets}: the values that logins may type, by name
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

    /** Whether Chromium runs in its sandbox. */
    public enum Sandbox {
        /** On, unless the program runs as root: Chromium cannot sandbox itself then. */
        AUTO,
        ON,
        /** For containers that forbid the system calls the sandbox needs. */
        OFF
    }

    /** Searches for all programs and installs a missing Chromium. */
    public static final CrawlConfig DEFAULT =
            new CrawlConfig(null, null, Sandbox.AUTO, true, BrowserLimits.DEFAULT, EgressConfig.DEFAULT, Secrets.NONE);

    /** Reads the section and reports errors as problems of the reader. */
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

    public CrawlConfig with(EgressConfig other) {
        return new CrawlConfig(chromium, node, sandbox, install, limits, other, secrets);
    }

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
            section.problem(key, "is empty; set a path or null");
            return null;
        }
        return value == null ? null : Path.of(value);
    }

    boolean sandboxed() {
        return switch (sandbox) {
            case ON -> true;
            case OFF -> false;
            case AUTO -> !runsAsRoot();
        };
    }

    static boolean runsAsRoot() {
        return "root".equals(System.getProperty("user.name"));
    }
}
