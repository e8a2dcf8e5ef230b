package dev.rowhound.crawl.install;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The programs and folders needed to start a browser.
 *
 * @param driver Playwright's driver
 * @param executable the Chromium executable
 * @param sandboxed whether Chromium runs in its sandbox
 * @param data the folder that holds {@code tmp}, the place of browser profiles
 */
public record BrowserSetup(PlaywrightDriver driver, Path executable, boolean sandboxed, Path data) {
    private static final Logger LOG = LoggerFactory.getLogger(BrowserSetup.class);

    /**
     * The configured requirements.
     *
     * @param chromium the Chromium to use, or null to look for one
     * @param node the Node.js that runs Playwright's driver, or null to look for one
     * @param sandboxed whether Chromium runs in its sandbox
     * @param install whether a missing Chromium may be installed
     * @param asRoot whether this process runs as root
     */
    public record Requirements(
            @Nullable Path chromium, @Nullable Path node, boolean sandboxed, boolean install, boolean asRoot) {}

    /**
     * Unpacks Playwright's driver, finds a Node.js, and finds or installs a Chromium. Blocks, sometimes for minutes.
     *
     * @param data the folder for {@code driver} and {@code tmp}
     * @param onProgress receives a sentence about each slow step, on this thread
     * @throws BrowserUnavailableException if there is no Node.js or no Chromium; the message says what to do
     */
    public static BrowserSetup find(Requirements requirements, Path data, Consumer<String> onProgress) {
        PlaywrightDriver driver = PlaywrightDriver.prepare(requirements.node(), System.getenv(), data);
        Path executable = chromium(requirements, driver, data, onProgress);
        LOG.info("Chromium is {}, driven by {}", executable, driver.node());
        if (!requirements.sandboxed()) {
            LOG.warn(
                    "Chromium runs without its sandbox, {}: a page that breaks out of the browser has all rights of this"
                            + " program. Run it as an unprivileged user, with crawl.sandbox \"auto\" or \"on\"",
                    requirements.asRoot() ? "because this program runs as root" : "because crawl.sandbox is \"off\"");
        }
        return new BrowserSetup(driver, executable, requirements.sandboxed(), data);
    }

    /**
     * Returns this setup with a full Chromium instead of the headless shell. Searches the machine, which takes a
     * moment.
     *
     * @throws BrowserUnavailableException if this machine has none; the message says what to do
     */
    public BrowserSetup withFullChromium() {
        if (!Chromium.isShell(executable)) {
            return this;
        }
        Chromium chromium = new Chromium(System.getenv(), Path.of(System.getProperty("user.home")));
        Path full = chromium.findFull()
                .orElseThrow(() -> new BrowserUnavailableException("the recipe requires the full Chromium"
                        + " (\"browser\": \"full\"), which was not found: install one, such as Debian's package"
                        + " chromium, or set crawl.chromium to its path"));
        return new BrowserSetup(driver, full, sandboxed, data);
    }

    private static Path chromium(
            Requirements requirements, PlaywrightDriver driver, Path data, Consumer<String> onProgress) {
        Path configured = requirements.chromium();
        if (configured != null) {
            return Chromium.configured(configured);
        }
        Chromium chromium = new Chromium(System.getenv(), Path.of(System.getProperty("user.home")));
        return chromium.find().orElseGet(() -> {
            if (!requirements.install()) {
                throw new BrowserUnavailableException("No Chromium was found: install one, such as Debian's package"
                        + " chromium-headless-shell, set crawl.chromium to its path,"
                        + " or set crawl.install to true to have it installed");
            }
            return new ChromiumInstaller(System.getenv(), requirements.asRoot())
                    .install(chromium, driver, data, onProgress);
        });
    }
}
