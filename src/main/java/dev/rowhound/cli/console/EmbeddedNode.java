package dev.rowhound.cli.console;

import dev.rowhound.node.Node;
import io.vertx.core.json.JsonObject;
import java.net.URI;

/** A node in the command's process, stopped when the command or the process ends. */
public final class EmbeddedNode implements AutoCloseable {
    /**
     * The {@code worker.stop_ms} of a node whose user waits at a terminal: unfinished items are returned to the queue
     * and not lost.
     */
    public static final String STOP_MILLIS = "2000";

    private final Node node;
    private final ShutdownHook shutdownHook;

    private EmbeddedNode(Node node, Terminal terminal) {
        this.node = node;
        this.shutdownHook = new ShutdownHook(terminal, node::stop);
    }

    /**
     * Starts a node.
     *
     * @throws CommandFailure if the node cannot start
     */
    public static EmbeddedNode launch(JsonObject config, Terminal terminal) throws InterruptedException {
        return CommandFailure.attempt(
                "the node cannot start: ", () -> new EmbeddedNode(Node.start(config, NodeOptions.home()), terminal));
    }

    public URI address() {
        return node.address();
    }

    /** Sets the message for an early shutdown of the process. */
    public void shutdownMessage(String sentence) {
        shutdownHook.message(sentence);
    }

    public void awaitStop() throws InterruptedException {
        node.awaitStop();
    }

    @Override
    public void close() {
        node.stop();
        shutdownHook.close();
    }
}
