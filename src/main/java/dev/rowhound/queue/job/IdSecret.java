package dev.rowhound.queue.job;

import dev.rowhound.job.NameIds;
import dev.rowhound.queue.Nonces;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.RedisConnector;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import org.jspecify.annotations.Nullable;

/** Provides the secret for deriving ids from names: the configured one, else one that all nodes of a Redis share. */
public final class IdSecret {
    private IdSecret() {}

    /**
     * Returns ids under the secret. If none is configured, the first node generates one and stores it in Redis.
     *
     * @param configured {@code http.secret_key}
     */
    public static Future<NameIds> load(RedisConnector redis, @Nullable String configured) {
        if (configured != null) {
            return Future.succeededFuture(new NameIds(configured));
        }
        String generated = Nonces.secret() + Nonces.secret();
        return redis.send(Command.SET, Keys.ID_SECRET, generated, "NX", "GET")
                .map(known -> new NameIds(known == null ? generated : known.toString()));
    }
}
