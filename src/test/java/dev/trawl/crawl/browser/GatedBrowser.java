package dev.trawl.crawl.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.options.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A browser with a command line of a test's own. It belongs to the thread that opens it. */
public final class GatedBrowser implements AutoCloseable {
    private final Playwright playwright;
    private final Browser browser;

    private GatedBrowser(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /** Playwright's Node.js process may die as it starts; the supervisor starts another one then, and so does this. */
    private static Playwright start(PlaywrightDriver driver) {
        try {
            return create(driver);
        } catch (PlaywrightException e) {
            return create(driver);
        }
    }

    private static Playwright create(PlaywrightDriver driver) {
        System.setProperty("playwright.cli.dir", driver.folder().toString());
        return Playwright.create(new Playwright.CreateOptions()
                .setEnv(Map.of(
                        "PLAYWRIGHT_NODEJS_PATH", driver.node().toString(), "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    }

    /**
     * Starts one.
     *
     * @param data a folder for the driver's files
     */
    public static GatedBrowser open(Path data, List<String> flags) throws Exception {
        boolean root = "root".equals(System.getProperty("user.name"));
        BrowserSetup setup =
                BrowserSetup.find(new BrowserSetup.Wanted(null, null, !root, true, root), data, sentence -> {});
        PlaywrightDriver driver = setup.driver();
        Playwright playwright = start(driver);
        try {
            return new GatedBrowser(
                    playwright,
                    playwright
                            .chromium()
                            .launch(new BrowserType.LaunchOptions()
                                    .setExecutablePath(setup.executable())
                                    .setChromiumSandbox(setup.sandboxed())
                                    .setArgs(flags)));
        } catch (RuntimeException e) {
            playwright.close();
            throw e;
        }
    }

    /** A context that nobody has used, which does not look at certificates. */
    public BrowserContext fresh() {
        return browser.newContext(new Browser.NewContextOptions().setIgnoreHTTPSErrors(true));
    }

    /** A context that nobody has used, which goes through that proxy. */
    public BrowserContext through(String proxy, String bypass) {
        return browser.newContext(new Browser.NewContextOptions().setProxy(new Proxy(proxy).setBypass(bypass)));
    }

    @Override
    public void close() {
        playwright.close();
    }
}
