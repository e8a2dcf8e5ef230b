package dev.rowhound.cli;

import java.net.URI;

/** A node that serves inside this process. */
public interface RunningNode {
    /** Where its page and its API are for a program on this machine, such as {@code http://127.0.0.1:8102}. */
    URI address();

    /** Returns when the node has stopped, whoever stopped it. */
    void awaitStop() throws InterruptedException;

    /**
     * Stops the node in order and returns when it has stopped. It may be called from any thread and more than once;
     * each call returns after the node has stopped.
     */
    void stop();
}
