package dev.rowhound.queue.question;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.function.Consumer;

/** Signals workers on all nodes that a question was answered. A signal may be lost: workers also poll. */
public final class AnswerSignal {
    private static final String ADDRESS = "rowhound.answers";

    private final Vertx vertx;

    public AnswerSignal(Vertx vertx) {
        this.vertx = vertx;
    }

    public void publish(String question) {
        vertx.eventBus().publish(ADDRESS, question);
    }

    /** Passes the ids of answered questions to the listener, on the current context, until it is unregistered. */
    public MessageConsumer<String> listen(Consumer<String> listener) {
        return vertx.eventBus().consumer(ADDRESS, message -> listener.accept(message.body()));
    }
}
