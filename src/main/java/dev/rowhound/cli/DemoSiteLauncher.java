package dev.rowhound.cli;

import java.nio.file.Path;
import java.time.Duration;

/** Serves the demo site from this process. */
@FunctionalInterface
public interface DemoSiteLauncher {
    /**
     * Serves until the site is stopped from outside, or nobody has asked it anything for a while.
     *
     * @param host the address to listen on
     * @param port the port to listen on
     * @param javadocJar the jar of javadoc pages that the site serves as well
     * @param idle how long without a request until the site ends by itself
     * @throws Exception if it cannot serve, such as a busy port; the message is a sentence for a person
     */
    void serve(String host, int port, Path javadocJar, Duration idle) throws Exception;
}
