package dev.rowhound.queue;

import dev.rowhound.redis.Keys;
import dev.rowhound.redis.RedisConnector;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/** What calls came to that their callers have named, so that one sent again is answered the same. Kept for a day. */
public final class IdempotencyStore {
    private static final Duration KEPT = Duration.ofHours(24);

    /** A try that has not ended by then was lost with its node. */
    private static final Duration LOST = Duration.ofSeconds(30);

    private final RedisConnector redis;

    /** For the store behind that connection. */
    public IdempotencyStore(RedisConnector redis) {
        this.redis = redis;
    }

    /**
     * One try at a call.
     *
     * @param key the call's key in the store
     * @param token the secret of this try
     */
    public record Try(String key, String token) {}

    /** What beginning came to. */
    public enum CallState {
        /** The call is to be made, and then ended or forgotten. */
        BEGUN,
        /** The name stands for another call. */
        CONFLICT,
        /** Another try is under way. */
        RUNNING,
        /** The call was made. */
        ENDED
    }

    /**
     * What beginning came to.
     *
     * @param status of the call that was made, else 0
     * @param body of its answer, else empty
     */
    public record Begun(CallState kind, int status, String body) {}

    /**
     * A try at a call.
     *
     * @param name a digest of what names the call
     */
    public static Try of(String user, String name) {
        return new Try(Keys.reply(user, name), Nonces.secret());
    }

    /**
     * Begins.
     *
     * @param fingerprint of the whole call, to tell another one under the same name
     */
    public Future<Begun> begin(Try attempt, String fingerprint) {
        return redis.run(
                        Scripts.REPLY_BEGIN,
                        List.of(attempt.key()),
                        List.of(fingerprint, attempt.token(), LOST.toMillis(), KEPT.toMillis()))
                .map(reply -> {
                    CallState kind = reply.word(CallState.class);
                    return kind == CallState.ENDED
                            ? new Begun(kind, reply.integer(), reply.text())
                            : new Begun(kind, 0, "");
                });
    }

    /** Keeps the answer for a repetition of the call. */
    public Future<Void> end(Try attempt, int status, String body) {
        return end(attempt, String.valueOf(status), body);
    }

    /** Lets the call be made again. */
    public Future<Void> forget(Try attempt) {
        return end(attempt, "", "");
    }

    private Future<Void> end(Try attempt, String status, String body) {
        return redis.run(Scripts.REPLY_END, List.of(attempt.key()), List.of(attempt.token(), status, body))
                .mapEmpty();
    }
}
