package dev.rowhound.cluster;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.Status;
import java.util.UUID;

/**
 * Whether this node hears the others. Ten times a heartbeat it asks on the bus, and each other node answers to an
 * address that only this node listens at. An answer has to find that address in the answering node's list of listeners,
 * as any message does; a node that was taken for gone is no longer on it, and would believe itself well while it hears
 * nothing. A message of the node to itself would not tell: it never leaves the node.
 */
public final class BusProbe implements AutoCloseable {
    private static final String ASK = "rowhound.ping";

    /** Where a question says to which address its answer goes. */
    private static final String ANSWER_TO = "answer-to";

    private final Vertx vertx;
    private final Cluster cluster;
    private final BusHearing hearing;
    private final String answers = "rowhound.pong." + UUID.randomUUID();
    private final MessageConsumer<Long> asked;
    private final MessageConsumer<Long> answered;
    private final long timer;

    /** Asks from this moment on, and answers the others. */
    public BusProbe(Vertx vertx, Cluster cluster) {
        this.vertx = vertx;
        this.cluster = cluster;
        this.hearing = new BusHearing(cluster.heartbeat().toNanos(), System.nanoTime());
        this.asked = vertx.eventBus().consumer(ASK, this::answer);
        this.answered = vertx.eventBus().consumer(answers, message -> hearing.hears(message.body(), System.nanoTime()));
        this.timer = vertx.setPeriodic(cluster.heartbeat().toMillis() / 10, id -> ask());
    }

    private void ask() {
        long question = hearing.asks(others(), System.nanoTime());
        vertx.eventBus().publish(ASK, question, new DeliveryOptions().addHeader(ANSWER_TO, answers));
    }

    private void answer(Message<Long> question) {
        String address = question.headers().get(ANSWER_TO);
        if (address != null && !address.equals(answers)) {
            vertx.eventBus().send(address, question.body());
        }
    }

    private int others() {
        return Math.max(0, cluster.members() - 1);
    }

    /** Tells as a health check whether the node hears the others, and how many nodes there are, itself among them. */
    public void check(Promise<Status> promise) {
        int members = cluster.members();
        boolean well = members > 0 && hearing.well(members - 1, System.nanoTime());
        JsonObject data = new JsonObject().put("members", members);
        promise.tryComplete(
                well
                        ? Status.OK(data)
                        : Status.KO(data.put(
                                "message",
                                members == 0
                                        ? "this node has left the cluster; start it again"
                                        : "this node does not hear the others; it looks for events itself meanwhile")));
    }

    /** Neither asks nor answers any more. */
    @Override
    public void close() {
        vertx.cancelTimer(timer);
        var unregistered = asked.unregister();
        var alsoUnregistered = answered.unregister();
    }
}
