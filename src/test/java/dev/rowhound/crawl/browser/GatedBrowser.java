package dev.rowhound.crawl.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.options.Proxy;
import dev.rowhound.crawl.install.BrowserSetup;
import java.nio.file.Path;
import java.util.List;

/** A browser with a command line of a test's own. It belongs to the thread that opens it. */
public final class GatedBrowser implements AutoCloseable {
    private final BrowserSession session;

    private GatedBrowser(BrowserSession session) {
        this.session = session;
    }

    /**
     * Starts one.
     *
     * @param data a folder for the driver's files
     */
    public static GatedBrowser open(Path data, List<String> flags) throws Exception {
        boolean root = "root".equals(System.getProperty("user.name"));
        BrowserSetup setup =
                BrowserSetup.find(new BrowserSetup.Requirements(null, null, !root, true, root), data, sentence -> {});
        BrowserSession session = new BrowserSession(setup, flags);
        try {
            session.open();
            return new GatedBrowser(session);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** A context that nobody has used, which does not look at certificates. */
    public BrowserContext fresh() {
        return session.newContext(new Browser.NewContextOptions().setIgnoreHTTPSErrors(true));
    }

    /** A context that nobody has used, which goes through that proxy. */
    public BrowserContext through(String proxy, String bypass) {
        return session.newContext(new Browser.NewContextOptions().setProxy(new Proxy(proxy).setBypass(bypass)));
    }

    @Override
    public void close() {
        session.close();
    }
}
