package dev.rowhound.cli.console;

import dev.rowhound.node.Node;
import io.vertx.core.json.JsonObject;
import java.net.URI;

/** A node of the command's own: stopped when the command ends, and also when the process is asked to end before. */
public final class OwnNode implements AutoCloseable {
    /**
     * The {@code worker.stop_ms} of a node that somebody waits for at a terminal: what is not done by then is given back
     * and loses nothing.
     */
    public static final String STOP_MILLIS = "2000";

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
    public static OwnNode launch(JsonObject config, Terminal terminal) throws InterruptedException {
        return CommandFailure.attempt(
                "the node cannot start: ", () -> new OwnNode(Node.start(config, NodeOptions.home()), terminal));
    }

    public URI address() {
        return node.address();
    }

    /** What to say if the process is asked to end before the command has. */
    public void farewell(String sentence) {
        earlyEnd.farewell(sentence);
    }

    public void awaitStop() throws InterruptedException {
        node.awaitStop();
    }

    @Override
    public void close() {
        node.stop();
        earlyEnd.close();
    }
}
