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
 * Which job's turn it is: of the user who has had the least work by weight, the job that has had the least by priority.
 * A hint only; jobs that are missing in it are offered again by the next sweep over the open jobs.
 */
public class FairScheduler {
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
    public FairScheduler(RedisConnector redis, ToIntFunction<String> weightOfUser) {
        this(redis, weightOfUser, List.of(Keys.TURNS, Keys.TURN_CLOCKS, Keys.TURN_ENTRIES));
    }

    private FairScheduler(RedisConnector redis, ToIntFunction<String> weightOfUser, List<String> keys) {
        this.redis = redis;
        this.weightOfUser = weightOfUser;
        this.keys = keys;
    }

    /** Turns of their own for those jobs whose items wait for room to ask a person. */
    public static FairScheduler ofQuestions(RedisConnector redis, ToIntFunction<String> weightOfUser) {
        return new FairScheduler(
                redis,
                weightOfUser,
                List.of(Keys.QUESTION_TURNS, Keys.QUESTION_TURN_CLOCKS, Keys.QUESTION_TURN_ENTRIES));
    }

    /**
     * A job that has turns.
     *
     * @param id its id
     * @param user whose it is
     * @param priority its share beside its user's other jobs, from 1 to 10
     */
    public record TurnJob(String id, String user, int priority) {}

    private Future<ScriptReply> run(LuaScript script, TurnJob job, Object... more) {
        List<Object> arguments =
                new ArrayList<>(List.of(job.id(), job.priority(), weightOfUser.applyAsInt(job.user()), job.user()));
        arguments.addAll(List.of(more));
        return redis.run(script, keys, arguments);
    }

    /** Makes a job known as one that may have work; that of a user who {@linkplain #rest rests} waits with the others. */
    public Future<Void> offer(TurnJob job) {
        return offer(job, false);
    }

    /** As {@link #offer}; a user who rests goes on at once. */
    public Future<Void> wake(TurnJob job) {
        return offer(job, true);
    }

    private Future<Void> offer(TurnJob job, boolean wake) {
        return run(Scripts.OFFER, job, wake ? 1 : 0).mapEmpty();
    }

    /** The id of the job whose turn it is, charged for that many items; null when none is known. */
    public Future<@Nullable String> pick(int charge) {
        return redis.run(Scripts.PICK, keys, List.of(charge)).map(reply -> {
            String job = reply.text();
            return job.isEmpty() ? null : job;
        });
    }

    /** Gives a job and its user back what they were charged for items that they did not have. */
    public Future<Void> refund(TurnJob job, int items) {
        return refund(job, items, false);
    }

    /** As {@link #refund} after a turn, or a claim, that came to nothing: less what that costs. */
    public Future<Void> refundLook(TurnJob job, int items) {
        return refund(job, items, true);
    }

    private Future<Void> refund(TurnJob job, int items, boolean looked) {
        return run(Scripts.REFUND, job, items, looked ? 1 : 0).mapEmpty();
    }

    /** Forgets a job that has no work at present; it comes back with what it has had. */
    public Future<Void> park(String job) {
        return withdraw(job, false);
    }

    /**
     * Passes over all jobs of a user who may not run more items at present. Gives back what the turn was charged, less
     * what a turn costs in which nothing was found.
     *
     * @param job the one whose turn it was
     * @param charged for how many items
     * @param millis for how long, unless one of the user's jobs is {@linkplain #wake woken}
     */
    public Future<Void> rest(TurnJob job, int charged, long millis) {
        return run(Scripts.REST, job, charged, millis).mapEmpty();
    }

    /** Forgets a job that has ended. */
    public Future<Void> remove(String job) {
        return withdraw(job, true);
    }

    private Future<Void> withdraw(String job, boolean ended) {
        return redis.run(Scripts.WITHDRAW, keys, List.of(job, ended ? 1 : 0)).mapEmpty();
    }
}
