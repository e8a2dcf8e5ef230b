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
 * The channels of Redis that users' events are published on while somebody is subscribed: who is, and which node
 * publishes. One node at a time has the right to; each publication proves it, so that no message comes twice or from
 * two nodes, and notes how far it has come, so that the next publisher goes on there.
 */
public final class UserChannels {
    private static final LuaScript TAKE = LuaScript.load(UserChannels.class, "channel_take-1");
    private static final LuaScript PUBLISH = LuaScript.load(UserChannels.class, "channel_publish-1");
    private static final LuaScript RELEASE = LuaScript.load(UserChannels.class, "channel_release-1");

    /** For how long the place is known once nobody publishes any more. */
    private static final Duration KEPT = Duration.ofMinutes(1);

    private final RedisConnector redis;
    private final String token;
    private final Duration lease;

    /**
     * For one node.
     *
     * @param token what proves the node's rights, its secret
     * @param lease after how long without a sign of life of the publishing node another one takes over
     */
    public UserChannels(RedisConnector redis, String token, Duration lease) {
        this.redis = redis;
        this.token = token;
        this.lease = lease;
    }

    /** The users to whose channel somebody is subscribed. */
    public Future<Set<String>> subscribed() {
        return redis.sendToEachNode(Command.PUBSUB, "CHANNELS", Keys.ALL_USER_CHANNELS)
                .map(nodes -> nodes.stream()
                        .flatMap(Response::stream)
                        .map(channel -> Keys.userOfChannel(channel.toString()))
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /**
     * Takes the right to publish a user's events, or holds it for another lease.
     *
     * @return the cursor that was come to, empty where there is none; null while another node has the right
     */
    public Future<@Nullable String> take(String user) {
        return redis.run(TAKE, List.of(Keys.userPublisher(user)), List.of(token, lease.toMillis(), KEPT.toMillis()))
                .map(reply -> reply.text().equals("taken") ? reply.text() : null);
    }

    /**
     * Publishes messages, once however often it is called with them.
     *
     * @param name tells them from others
     * @param cursor the place behind them
     * @return whether this node has the right to
     */
    public Future<Boolean> publish(String user, String name, String cursor, List<String> messages) {
        List<Object> arguments = new ArrayList<>(
                List.of(token, lease.toMillis(), KEPT.toMillis(), Keys.userChannel(user), name, cursor));
        arguments.addAll(messages);
        return redis.run(PUBLISH, List.of(Keys.userPublisher(user)), arguments).map(ScriptReply::flag);
    }

    /** Gives the right back. */
    public Future<Void> release(String user) {
        return redis.run(RELEASE, List.of(Keys.userPublisher(user)), List.of(token))
                .mapEmpty();
    }
}
