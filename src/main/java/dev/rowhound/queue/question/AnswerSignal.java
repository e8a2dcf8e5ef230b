package dev.rowhound.queue.question;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.function.Consumer;

/**
 * Tells workers, of this node and of the others, that a question has been answered. A hint: who misses one finds the
 * answer when it looks by itself.
 */
public final class AnswerSignal {
    private static final String ADDRESS = "rowhound.answers";

    private final Vertx vertx;

    /** On that event bus. */
    public AnswerSignal(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Says that the question of that id was answered. */
    public void publish(String question) {
        vertx.eventBus().publish(ADDRESS, question);
    }

    /** Tells the ids of questions, on the present context, until it is unregistered. */
    public MessageConsumer<String> listen(Consumer<String> listener) {
        return vertx.eventBus().consumer(ADDRESS, message -> listener.accept(message.body()));
    }
}
