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
 * Checks whether this node receives event-bus messages. Ten times a heartbeat it publishes a probe, to which each peer
 * replies at an address where only this node listens. A peer needs that address in its table of listeners, as for any
 * message; a node that was removed from the cluster is missing from the table, and would otherwise think itself healthy
 * while it receives nothing. A message of the node to itself would prove nothing: it never leaves the process.
 */
public final class BusProbe implements AutoCloseable {
    private static final String PROBE = "rowhound.ping";

    /** The header with the address for replies. */
    private static final String REPLY_TO = "answer-to";

    private final Vertx vertx;
    private final Cluster cluster;
    private final BusHealth health;
    private final String replyAddress = "rowhound.pong." + UUID.randomUUID();
    private final MessageConsumer<Long> probeConsumer;
    private final MessageConsumer<Long> replyConsumer;
    private final long timer;

    /** Starts to probe, and to reply to the probes of peers. */
    public BusProbe(Vertx vertx, Cluster cluster) {
        this.vertx = vertx;
        this.cluster = cluster;
        this.health = new BusHealth(cluster.heartbeat().toNanos(), System.nanoTime());
        this.probeConsumer = vertx.eventBus().consumer(PROBE, this::reply);
        this.replyConsumer =
                vertx.eventBus().consumer(replyAddress, message -> health.onReply(message.body(), System.nanoTime()));
        this.timer = vertx.setPeriodic(cluster.heartbeat().toMillis() / 10, id -> probe());
    }

    private void probe() {
        long number = health.onProbe(others(), System.nanoTime());
        vertx.eventBus().publish(PROBE, number, new DeliveryOptions().addHeader(REPLY_TO, replyAddress));
    }

    private void reply(Message<Long> probe) {
        String address = probe.headers().get(REPLY_TO);
        if (address != null && !address.equals(replyAddress)) {
            vertx.eventBus().send(address, probe.body());
        }
    }

    private int others() {
        return Math.max(0, cluster.members() - 1);
    }

    /** Reports for a health check whether the node receives messages, and the number of nodes, this one included. */
    public void check(Promise<Status> promise) {
        int members = cluster.members();
        boolean healthy = members > 0 && health.healthy(members - 1, System.nanoTime());
        JsonObject data = new JsonObject().put("members", members);
        promise.tryComplete(
                healthy
                        ? Status.OK(data)
                        : Status.KO(
                                data.put(
                                        "message",
                                        members == 0
                                                ? "this node has left the cluster; restart it"
                                                : "this node does not receive messages of the other nodes; it polls for events meanwhile")));
    }

    /** Stops probing and replying. */
    @Override
    public void close() {
        vertx.cancelTimer(timer);
        var unregistered = probeConsumer.unregister();
        var alsoUnregistered = replyConsumer.unregister();
    }
}
