package dev.rowhound.crawl.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import dev.rowhound.crawl.install.BrowserSetup;
import java.nio.file.Path;
import java.util.List;

/**
 * A browser for tests of pages, found as look-ups do it and started as people's are: its tabs are processes of their
 * own. It belongs to the thread that opens it.
 */
public final class TestBrowser implements AutoCloseable {
    private final BrowserSession session;

    private TestBrowser(BrowserSession session) {
        this.session = session;
    }

    /**
     * Starts one.
     *
     * @param data the folder that a node's engine keeps its files in; its driver is used if it is there
     */
    public static TestBrowser open(Path data) throws Exception {
        boolean root = "root".equals(System.getProperty("user.name"));
        BrowserSetup setup =
                BrowserSetup.find(new BrowserSetup.Requirements(null, null, !root, true, root), data, sentence -> {});
        BrowserSession session = new BrowserSession(setup, List.of());
        session.open();
        return new TestBrowser(session);
    }

    /** A browser that nobody has used. */
    public BrowserContext fresh() {
        return session.newContext(new Browser.NewContextOptions());
    }

    @Override
    public void close() {
        session.close();
    }
}
