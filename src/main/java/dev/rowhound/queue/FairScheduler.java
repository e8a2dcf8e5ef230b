package dev.rowhound.queue;

import dev.rowhound.redis.Keys;
import dev.rowhound.redis.LuaScript;
import dev.rowhound.redis.RedisConnector;
import dev.rowhound.redis.ScriptReply;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Picks the next job fairly: of the user with the least work by weight, the job with the least work by priority. The
 * state is a hint; the periodic sweep over open jobs offers missing jobs again.
 */
public class FairScheduler {
    /** The default priority, on a scale from 1 to 10. */
    public static final int DEFAULT_PRIORITY = 5;

    private final RedisConnector redis;
    private final ToIntFunction<String> weightOfUser;
    private final List<String> keys;

    /** @param weightOfUser a user's weight relative to other users, from 1 */
    public FairScheduler(RedisConnector redis, ToIntFunction<String> weightOfUser) {
        this(redis, weightOfUser, List.of(Keys.VIRTUAL_TIMES, Keys.VIRTUAL_CLOCKS, Keys.SCHEDULER_ENTRIES));
    }

    private FairScheduler(RedisConnector redis, ToIntFunction<String> weightOfUser, List<String> keys) {
        this.redis = redis;
        this.weightOfUser = weightOfUser;
        this.keys = keys;
    }

    /** Creates a separate schedule for jobs whose items wait for room to ask a person. */
    public static FairScheduler ofQuestions(RedisConnector redis, ToIntFunction<String> weightOfUser) {
        return new FairScheduler(
                redis,
                weightOfUser,
                List.of(Keys.QUESTION_VIRTUAL_TIMES, Keys.QUESTION_VIRTUAL_CLOCKS, Keys.QUESTION_SCHEDULER_ENTRIES));
    }

    /**
     * A job to schedule.
     *
     * @param user the owner
     * @param priority its weight among its user's jobs, from 1 to 10
     */
    public record QueuedJob(String id, String user, int priority) {}

    private Future<ScriptReply> run(LuaScript script, QueuedJob job, Object... more) {
        List<Object> arguments =
                new ArrayList<>(List.of(job.id(), job.priority(), weightOfUser.applyAsInt(job.user()), job.user()));
        arguments.addAll(List.of(more));
        return redis.run(script, keys, arguments);
    }

    /** Adds a job that may have work. If its user {@linkplain #suspendUser is suspended}, so does the job. */
    public Future<Void> offer(QueuedJob job) {
        return offer(job, false);
    }

    /** Like {@link #offer}, but ends the user's rest. */
    public Future<Void> wake(QueuedJob job) {
        return offer(job, true);
    }

    private Future<Void> offer(QueuedJob job, boolean wake) {
        return run(Scripts.OFFER, job, wake ? 1 : 0).mapEmpty();
    }

    /** Returns the id of the next job and charges it for {@code charge} items; null if there is none. */
    public Future<@Nullable String> pick(int charge) {
        return redis.run(Scripts.PICK, keys, List.of(charge)).map(reply -> {
            String job = reply.text();
            return job.isEmpty() ? null : job;
        });
    }

    /** Refunds a job and its user for items that they were charged for but did not get. */
    public Future<Void> refund(QueuedJob job, int items) {
        return refund(job, items, false);
    }

    /** Like {@link #refund}, after a claim that found nothing; keeps the cost of the look-up. */
    public Future<Void> refundEmptyClaim(QueuedJob job, int items) {
        return refund(job, items, true);
    }

    private Future<Void> refund(QueuedJob job, int items, boolean looked) {
        return run(Scripts.REFUND, job, items, looked ? 1 : 0).mapEmpty();
    }

    /** Removes a job that has no work at present; its virtual time is kept for its return. */
    public Future<Void> park(String job) {
        return withdraw(job, false);
    }

    /**
     * Suspends all jobs of a user whose running items are at the quota. Refunds the charge, less the cost of a look-up
     * that found nothing.
     *
     * @param job the job that was picked
     * @param charged the number of items charged
     * @param millis for how long, unless one of the user's jobs is {@linkplain #wake woken}
     */
    public Future<Void> suspendUser(QueuedJob job, int charged, long millis) {
        return run(Scripts.SUSPEND_USER, job, charged, millis).mapEmpty();
    }

    /** Removes a job that has ended. */
    public Future<Void> remove(String job) {
        return withdraw(job, true);
    }

    private Future<Void> withdraw(String job, boolean ended) {
        return redis.run(Scripts.WITHDRAW, keys, List.of(job, ended ? 1 : 0)).mapEmpty();
    }
}
