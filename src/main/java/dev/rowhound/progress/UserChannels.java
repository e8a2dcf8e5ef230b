package dev.rowhound.progress;

import dev.rowhound.redis.Keys;
import dev.rowhound.redis.LuaScript;
import dev.rowhound.redis.RedisConnector;
import dev.rowhound.redis.ScriptReply;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Manages the Redis channels on which users' events are published while there are subscribers: who is subscribed, and
 * which node publishes. One node at a time holds the lease for a user. Each publication checks the lease, so that no
 * message is duplicated, and stores the cursor, from which the next publisher continues.
 */
public final class UserChannels {
    private static final LuaScript TAKE = LuaScript.load(UserChannels.class, "channel_take-1");
    private static final LuaScript PUBLISH = LuaScript.load(UserChannels.class, "channel_publish-1");
    private static final LuaScript RELEASE = LuaScript.load(UserChannels.class, "channel_release-1");

    /** How long the cursor is kept after the last publication. */
    private static final Duration KEPT = Duration.ofMinutes(1);

    private final RedisConnector redis;
    private final String token;
    private final Duration lease;

    /**
     * @param token the node's secret, which identifies its leases
     * @param lease how long a silent publisher keeps its lease
     */
    public UserChannels(RedisConnector redis, String token, Duration lease) {
        this.redis = redis;
        this.token = token;
        this.lease = lease;
    }

    /** Returns the users whose channels have subscribers. */
    public Future<Set<String>> subscribed() {
        return redis.sendToEachNode(Command.PUBSUB, "CHANNELS", Keys.ALL_USER_CHANNELS)
                .map(nodes -> nodes.stream()
                        .flatMap(Response::stream)
                        .map(channel -> Keys.userOfChannel(channel.toString()))
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /**
     * Acquires or extends the lease on publishing a user's events.
     *
     * @return the stored cursor, empty if there is none; null if another node holds the lease
     */
    public Future<@Nullable String> take(String user) {
        return redis.run(TAKE, List.of(Keys.userPublisher(user)), List.of(token, lease.toMillis(), KEPT.toMillis()))
                .map(reply -> reply.text().equals("taken") ? reply.text() : null);
    }

    /**
     * Publishes messages. Idempotent.
     *
     * @param name an id of these messages
     * @param cursor the cursor after them
     * @return whether this node holds the lease
     */
    public Future<Boolean> publish(String user, String name, String cursor, List<String> messages) {
        List<Object> arguments = new ArrayList<>(
                List.of(token, lease.toMillis(), KEPT.toMillis(), Keys.userChannel(user), name, cursor));
        arguments.addAll(messages);
        return redis.run(PUBLISH, List.of(Keys.userPublisher(user)), arguments).map(ScriptReply::flag);
    }

    /** Releases the lease. */
    public Future<Void> release(String user) {
        return redis.run(RELEASE, List.of(Keys.userPublisher(user)), List.of(token))
                .mapEmpty();
    }
}
