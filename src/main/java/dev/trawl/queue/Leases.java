package dev.trawl.queue;

import dev.trawl.job.ItemResult;
import dev.trawl.redis.Keys;
import dev.trawl.redis.RedisConnector;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Gives items out and takes their results. An item is attempted at least once and counted exactly once: each call
 * proves its right with the lease's token, and may be sent again after a lost reply.
 */
public final class Leases {
    private final RedisConnector redis;
    private final QueueConfig config;
    private final String node;
    private final LargeResults large;

    /**
     * For the store behind that connection.
     *
     * @param node the name of this node, part of each token
     * @param large takes the results that are too large for the store
     */
    public Leases(RedisConnector redis, QueueConfig config, String node, LargeResults large) {
        this.redis = redis;
        this.config = config;
        this.node = node;
        this.large = large;
    }

    /**
     * What a claim came to.
     *
     * @param leases the items; none where there is nothing to do at present
     * @param again whether it is worth asking again at once
     */
    public record Claim(List<Lease> leases, boolean again) {}

    /** What became of a call that ends an attempt. */
    public enum Outcome {
        /** It was counted. */
        OK,
        /** It had been counted before; the call was sent twice. */
        AGAIN,
        /** The lease was lost; nothing was changed. */
        STALE
    }

    /** Asks for items of a job, at most so many. */
    public Future<Claim> claim(String job, int most) {
        Keys.Job keys = Keys.job(job);
        return redis.run(
                        Scripts.CLAIM,
                        List.of(keys.meta(), keys.states(), keys.leases(), keys.owners(), keys.due()),
                        List.of(most, config.lease().toMillis(), node, Nonces.next()))
                .map(reply -> switch (reply.get(0).toString()) {
                    case "ok" -> new Claim(leases(job, reply), true);
                    case "empty" -> new Claim(List.of(), reply.get(1).toInteger() == 1);
                    default -> new Claim(List.of(), false);
                });
    }

    private static List<Lease> leases(String job, Response reply) {
        List<Lease> leases = new ArrayList<>();
        for (int i = 2; i < reply.size(); i++) {
            leases.add(new Lease(job, reply.get(i).toInteger(), reply.get(1).toString()));
        }
        return leases;
    }

    /**
     * Marks an item as started.
     *
     * @return the number of this attempt, from 1, or null when the lease was lost; attempts that lost their worker are
     *     not counted, for they have a limit of their own
     */
    public Future<@Nullable Integer> start(Lease lease, String key) {
        Keys.Job keys = Keys.job(lease.job());
        return redis.run(
                        Scripts.START,
                        List.of(keys.meta(), keys.events(), keys.owners(), keys.attempts()),
                        List.of(
                                Nonces.next(),
                                lease.row(),
                                lease.token(),
                                new JsonObject().put("key", key).encode()))
                .map(reply -> attempt(reply));
    }

    private static @Nullable Integer attempt(Response reply) {
        return reply.get(0).toString().equals("ok")
                ? reply.get(1).toInteger() - reply.get(2).toInteger()
                : null;
    }

    /** Holds an item for another lease. False when it was lost: the job was cancelled, or somebody took it back. */
    public Future<Boolean> renew(Lease lease) {
        Keys.Job keys = Keys.job(lease.job());
        return redis.run(
                        Scripts.RENEW,
                        List.of(keys.meta(), keys.leases(), keys.owners()),
                        List.of(config.lease().toMillis(), lease.row(), lease.token()))
                .map(reply -> reply.get(1).toInteger() == 1);
    }

    /** Ends an item with its result; with a failure where that is larger than a result may be. */
    public Future<Outcome> end(Lease lease, String key, int attempts, ItemResult came) {
        ItemResult result = LargeResults.bounded(came);
        JsonObject stored = new JsonObject().put("fields", result.fields());
        if (result.error() != null) {
            stored.put("error", result.error().toJson());
        }
        String json = stored.put("attempts", attempts).encode();
        boolean omitted = LargeResults.large(json);
        JsonObject event = new JsonObject()
                .put("key", key)
                .put("state", result.state().wire())
                .put("fields", omitted ? new JsonObject() : result.fields())
                .put("error", result.error() == null ? null : result.error().toJson())
                .put("attempts", attempts);
        if (omitted) {
            event.put("fields_omitted", true);
        }
        String state = String.valueOf(result.state().code());
        return large.place(lease, json).compose(text -> complete(lease, "end", state, text, event.encode(), 0));
    }

    /** Puts an item back to be tried again after a delay. */
    public Future<Outcome> retry(Lease lease, String key, int attempt, ItemResult came, long delayMillis) {
        ItemResult result = LargeResults.bounded(came);
        JsonObject event = new JsonObject()
                .put("key", key)
                .put("error", result.error() == null ? null : result.error().toJson())
                .put("attempt", attempt)
                .put("delay_ms", delayMillis);
        return complete(lease, "retry", "", "", event.encode(), delayMillis);
    }

    /** Gives an item back as if it had never been taken. */
    public Future<Outcome> release(Lease lease) {
        return complete(lease, "release", "", "", "", 0);
    }

    private Future<Outcome> complete(
            Lease lease, String kind, String state, String result, String event, long delayMillis) {
        Keys.Job keys = Keys.job(lease.job());
        return redis.run(
                        Scripts.COMPLETE,
                        keys.forEnding(),
                        List.of(Nonces.next(), lease.row(), lease.token(), kind, state, result, event, delayMillis))
                .map(reply -> Outcome.valueOf(reply.get(0).toString().toUpperCase(Locale.ROOT)));
    }
}
