package dev.rowhound.crawl.install;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the Node.js that runs Playwright's driver. */
final class NodeJs {
    private static final Logger LOG = LoggerFactory.getLogger(NodeJs.class);

    /** Playwright's driver exits on older versions (lib/bootstrap.js). */
    private static final int MIN_VERSION = 20;

    private static final Duration VERSION_TIMEOUT = Duration.ofSeconds(20);
    private static final Pattern VERSION = Pattern.compile("v(\\d+)\\.\\S*");

    private NodeJs() {}

    /**
     * Returns the configured Node.js, else one on the environment's {@code PATH}, else the bundled one.
     *
     * @throws BrowserUnavailableException if none is new enough
     */
    static Path find(@Nullable Path configured, Map<String, String> environment, Supplier<Optional<Path>> bundled) {
        if (configured != null) {
            Path node = configured.toAbsolutePath();
            if (!Executables.runnable(node)) {
                throw new BrowserUnavailableException(
                        "crawl.node is " + configured + ", which is not an executable file; set the path of Node.js "
                                + MIN_VERSION + " or newer, or null");
            }
            if (!newEnough(node)) {
                throw new BrowserUnavailableException("crawl.node is " + configured + ", which is not Node.js "
                        + MIN_VERSION + " or newer; set the path of one, or null");
            }
            return node;
        }
        return Executables.all("node", environment)
                .filter(NodeJs::newEnough)
                .findFirst()
                .or(bundled)
                .orElseThrow(() -> new BrowserUnavailableException("Node.js " + MIN_VERSION
                        + " or newer was not found: install it, set crawl.node to its path,"
                        + " or build with mvn -Pbundled-node package"));
    }

    private static boolean newEnough(Path node) {
        Command.Result result = Command.run(List.of(node.toString(), "--version"), Map.of(), VERSION_TIMEOUT);
        Matcher version = VERSION.matcher(result.output());
        boolean fits = result.ok() && version.matches() && Integer.parseInt(version.group(1)) >= MIN_VERSION;
        if (!fits) {
            LOG.debug("{} is not used: it printed \"{}\"", node, result.output());
        }
        return fits;
    }
}
