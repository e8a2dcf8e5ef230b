package dev.rowhound.queue.job;

import dev.rowhound.job.NameIds;
import dev.rowhound.queue.Nonces;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.RedisConnector;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import org.jspecify.annotations.Nullable;

/** The secret under which ids follow from names: that of the configuration, else one that all nodes of a Redis share. */
public final class IdSecret {
    private IdSecret() {}

    /**
     * Ids under the secret. Where none is configured, the first node makes one and leaves it in Redis.
     *
     * @param configured {@code http.secret_key}
     */
    public static Future<NameIds> load(RedisConnector redis, @Nullable String configured) {
        if (configured != null) {
            return Future.succeededFuture(new NameIds(configured));
        }
        String made = Nonces.secret() + Nonces.secret();
        return redis.send(Command.SET, Keys.ID_SECRET, made, "NX", "GET")
                .map(known -> new NameIds(known == null ? made : known.toString()));
    }
}
