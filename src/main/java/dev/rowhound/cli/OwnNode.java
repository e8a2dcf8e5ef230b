package dev.rowhound.cli;

import dev.rowhound.node.Node;
import io.vertx.core.json.JsonObject;
import java.net.URI;

/** A node of the command's own: stopped when the command ends, and also when the process is asked to end before. */
final class OwnNode implements AutoCloseable {
    /**
     * The {@code worker.stop_ms} of a node that somebody waits for at a terminal: what is not done by then is given back
     * and loses nothing.
     */
    static final String STOP_MILLIS = "2000";

    private final Node node;
    private final EarlyEnd earlyEnd;

    private OwnNode(Node node, Terminal terminal) {
        this.node = node;
        this.earlyEnd = new EarlyEnd(terminal, node::stop);
    }

    /**
     * Starts it.
     *
     * @throws CommandFailure if it cannot start
     */
    static OwnNode launch(JsonObject config, Terminal terminal) throws InterruptedException {
        return CommandFailure.attempt(
                "the node cannot start: ", () -> new OwnNode(Node.start(config, NodeOptions.home()), terminal));
    }

    URI address() {
        return node.address();
    }

    /** What to say if the process is asked to end before the command has. */
    void farewell(String sentence) {
        earlyEnd.farewell(sentence);
    }

    void awaitStop() throws InterruptedException {
        node.awaitStop();
    }

    @Override
    public void close() {
        node.stop();
        earlyEnd.close();
    }
}
