package dev.trawl.queue;

import dev.trawl.redis.Keys;
import dev.trawl.redis.RedisConnector;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which job's turn it is: the one that has had the least work so far, by weight. A hint only; jobs that are missing in
 * it are offered again by whoever sweeps the open jobs.
 */
public final class Turns {
    /** The priority of a job that was given none, of 1 to 10. */
    public static final int DEFAULT_PRIORITY = 5;

    private final RedisConnector redis;
    private final ToIntFunction<String> weightOfUser;
    private final List<String> keys;

    /**
     * For the store behind that connection.
     *
     * @param weightOfUser a user's share beside the others', from 1
     */
    public Turns(RedisConnector redis, ToIntFunction<String> weightOfUser) {
        this(redis, weightOfUser, List.of(Keys.TURNS, Keys.TURN_JOBS));
    }

    private Turns(RedisConnector redis, ToIntFunction<String> weightOfUser, List<String> keys) {
        this.redis = redis;
        this.weightOfUser = weightOfUser;
        this.keys = keys;
    }

    /** Turns of their own for those jobs whose items wait for room to ask a person. */
    public static Turns ofQuestions(RedisConnector redis, ToIntFunction<String> weightOfUser) {
        return new Turns(redis, weightOfUser, List.of(Keys.QUESTION_TURNS, Keys.QUESTION_TURN_JOBS));
    }

    /**
     * Makes a job known as one that may have work.
     *
     * @param priority its share beside its user's other jobs, from 1 to 10
     */
    public Future<Void> offer(String job, String user, int priority) {
        return redis.run(Scripts.OFFER, keys, List.of(job, priority, weightOfUser.applyAsInt(user), user))
                .mapEmpty();
    }

    /** The job whose turn it is, charged for that many items; null when none is known. */
    public Future<@Nullable String> pick(int charge) {
        return redis.run(Scripts.PICK, keys, List.of(charge)).map(reply -> emptyToNull(reply));
    }

    private static @Nullable String emptyToNull(Response reply) {
        String job = reply.toString();
        return job.isEmpty() ? null : job;
    }

    /** Gives a job back what it was charged for items that it did not have. */
    public Future<Void> refund(String job, int items) {
        return redis.run(Scripts.REFUND, keys, List.of(job, items)).mapEmpty();
    }

    /** Forgets a job that has no work at present; it comes back with what it has had. */
    public Future<Void> park(String job) {
        return redis.run(Scripts.WITHDRAW, keys, List.of(job, 0)).mapEmpty();
    }

    /** Forgets a job that has ended. */
    public Future<Void> remove(String job) {
        return redis.run(Scripts.WITHDRAW, keys, List.of(job, 1)).mapEmpty();
    }
}
