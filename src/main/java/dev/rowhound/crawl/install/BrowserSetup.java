package dev.rowhound.crawl.install;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What it takes to start a browser.
 *
 * @param driver Playwright's driver
 * @param executable the Chromium
 * @param sandboxed whether Chromium confines its processes
 * @param data the folder whose {@code tmp} takes the profiles
 */
public record BrowserSetup(PlaywrightDriver driver, Path executable, boolean sandboxed, Path data) {
    private static final Logger LOG = LoggerFactory.getLogger(BrowserSetup.class);

    /**
     * What the deployment says of browsers.
     *
     * @param chromium the Chromium to use, or null to look for one
     * @param node the Node.js that runs Playwright's driver, or null to look for one
     * @param sandboxed whether Chromium confines its processes
     * @param install whether a missing Chromium may be installed
     * @param asRoot whether this program runs as the system's administrator
     */
    public record Wanted(
            @Nullable Path chromium, @Nullable Path node, boolean sandboxed, boolean install, boolean asRoot) {}

    /**
     * Unpacks Playwright's driver, finds a Node.js, and finds or installs a Chromium. It blocks, at times for minutes.
     *
     * @param data the folder for {@code driver} and {@code tmp}
     * @param tell is told of what takes long, a sentence at a time, on this thread
     * @throws BrowserUnavailableException if there is no Node.js or no Chromium, saying what to do
     */
    public static BrowserSetup find(Wanted wanted, Path data, Consumer<String> tell) {
        PlaywrightDriver driver = PlaywrightDriver.prepare(wanted.node(), System.getenv(), data);
        Path executable = chromium(wanted, driver, data, tell);
        LOG.info("Chromium is {}, driven by {}", executable, driver.node());
        if (!wanted.sandboxed()) {
            LOG.warn(
                    "Chromium runs without its sandbox, {}: a page that breaks out of the browser has all rights of this"
                            + " program. Let an ordinary user run it, with crawl.sandbox \"auto\" or \"on\"",
                    wanted.asRoot() ? "because this program runs as root" : "because crawl.sandbox is \"off\"");
        }
        return new BrowserSetup(driver, executable, wanted.sandboxed(), data);
    }

    /**
     * The same with the whole Chromium. It looks at the machine, which takes a moment.
     *
     * @throws BrowserUnavailableException if this machine has none, saying what to do
     */
    public BrowserSetup whole() {
        if (!Chromium.isShell(executable)) {
            return this;
        }
        Chromium chromium = new Chromium(System.getenv(), Path.of(System.getProperty("user.home")));
        Path whole = chromium.findWhole()
                .orElseThrow(() -> new BrowserUnavailableException("the recipe needs the whole Chromium"
                        + " (\"browser\": \"full\"), which this machine lacks: install one, such as Debian's package"
                        + " chromium, or set crawl.chromium to its path"));
        return new BrowserSetup(driver, whole, sandboxed, data);
    }

    private static Path chromium(Wanted wanted, PlaywrightDriver driver, Path data, Consumer<String> tell) {
        Path configured = wanted.chromium();
        if (configured != null) {
            return Chromium.configured(configured);
        }
        Chromium chromium = new Chromium(System.getenv(), Path.of(System.getProperty("user.home")));
        return chromium.find().orElseGet(() -> {
            if (!wanted.install()) {
                throw new BrowserUnavailableException("No Chromium was found: install one, such as Debian's package"
                        + " chromium-headless-shell, set crawl.chromium to its path,"
                        + " or set crawl.install to true to have it installed");
            }
            return new ChromiumInstaller(System.getenv(), wanted.asRoot()).install(chromium, driver, data, tell);
        });
    }
}
