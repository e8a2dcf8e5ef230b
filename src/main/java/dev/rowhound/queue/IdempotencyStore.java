package dev.rowhound.queue;

import dev.rowhound.redis.Keys;
import dev.rowhound.redis.RedisConnector;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/** Stores the responses to calls with an idempotency key for a day, so that a repeated call gets the same response. */
public final class IdempotencyStore {
    private static final Duration RETENTION = Duration.ofHours(24);

    /** After this time an unfinished attempt counts as lost with its node. */
    private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(30);

    private final RedisConnector redis;

    public IdempotencyStore(RedisConnector redis) {
        this.redis = redis;
    }

    /**
     * An attempt at a call.
     *
     * @param key the call's key in Redis
     * @param token the secret of this attempt
     */
    public record Try(String key, String token) {}

    /** The result of beginning a call. */
    public enum CallState {
        /** The caller executes the call, then ends or forgets it. */
        BEGUN,
        /** The idempotency key was used for another call. */
        CONFLICT,
        /** Another attempt is in progress. */
        RUNNING,
        /** The call was executed. */
        ENDED
    }

    /**
     * The result of beginning a call.
     *
     * @param status the HTTP status of the stored response, else 0
     * @param body the body of the stored response, else empty
     */
    public record Begun(CallState kind, int status, String body) {}

    /**
     * Creates an attempt.
     *
     * @param name a digest of what identifies the call
     */
    public static Try of(String user, String name) {
        return new Try(Keys.reply(user, name), Nonces.secret());
    }

    /**
     * Begins an attempt.
     *
     * @param fingerprint a digest of the whole call; distinguishes another call with the same key
     */
    public Future<Begun> begin(Try attempt, String fingerprint) {
        return redis.run(
                        Scripts.REPLY_BEGIN,
                        List.of(attempt.key()),
                        List.of(fingerprint, attempt.token(), ATTEMPT_TIMEOUT.toMillis(), RETENTION.toMillis()))
                .map(reply -> {
                    CallState kind = reply.word(CallState.class);
                    return kind == CallState.ENDED
                            ? new Begun(kind, reply.integer(), reply.text())
                            : new Begun(kind, 0, "");
                });
    }

    /** Stores the response for repetitions of the call. */
    public Future<Void> end(Try attempt, int status, String body) {
        return end(attempt, String.valueOf(status), body);
    }

    /** Allows the call to be executed again. */
    public Future<Void> forget(Try attempt) {
        return end(attempt, "", "");
    }

    private Future<Void> end(Try attempt, String status, String body) {
        return redis.run(Scripts.REPLY_END, List.of(attempt.key()), List.of(attempt.token(), status, body))
                .mapEmpty();
    }
}
