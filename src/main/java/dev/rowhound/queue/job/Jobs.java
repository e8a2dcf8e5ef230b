package dev.rowhound.queue.job;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemError;
import dev.rowhound.job.JobState;
import dev.rowhound.job.event.PauseReason;
import dev.rowhound.queue.Nonces;
import dev.rowhound.queue.QueueConfig;
import dev.rowhound.queue.Scripts;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.RedisConnector;
import dev.rowhound.redis.ScriptReply;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads jobs, ends them at their owner's wish, and keeps the open ones going. */
public final class Jobs {
    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);
    /** How many items a tick takes back at most, so that it stays short. */
    private static final int TICK_ITEMS = 100;

    /** What a row says that has lost its worker. */
    static final ItemError WORKER_LOST =
            new ItemError(ErrorCode.WORKER_LOST, "the worker was lost while it looked this row up", null);

    /** The result of such a row; {@code tick} puts the number of its attempts in. */
    private static final JsonObject LOST_RESULT = new JsonObject()
            .put("fields", new JsonObject())
            .put("error", WORKER_LOST.toJson())
            .put("attempts", "#");

    /** How long a download holds a job without a sign of life. */
    public static final Duration READING = Duration.ofMinutes(1);

    /** How long downloads hold a job beyond its time, all together. */
    private static final Duration MAX_READING = Duration.ofHours(1);

    private final RedisConnector redis;
    private final QueueConfig config;
    private final EndedJobs ended;

    /** For the store behind that connection. */
    public Jobs(RedisConnector redis, QueueConfig config) {
        this.redis = redis;
        this.config = config;
        this.ended = new EndedJobs(redis, config);
    }

    /**
     * What a job needs.
     *
     * @param open whether anything can still happen to it
     * @param work whether a claim would find something
     * @param takenBack how many items were taken back from lost workers
     * @param ended whether it has ended in this step
     * @param more whether another tick has something to do at once
     * @param user whose job it is; empty for one that has ended
     * @param priority its share beside its user's other jobs
     * @param asks whether a claim of items that ask would find something
     */
    public record Tick(
            boolean open,
            boolean work,
            int takenBack,
            boolean ended,
            boolean more,
            String user,
            int priority,
            boolean asks) {
        private static final Tick ENDED = new Tick(false, false, 0, true, false, "", 0, false);
    }

    /**
     * What came of a wish about a whole job.
     *
     * @param done whether it is fulfilled, by this call or an earlier one
     * @param nothing whether there was nothing to do it to
     * @param state the state of the job: the present one, or that which forbids it; empty where there is no job
     */
    public record Controlled(boolean done, boolean nothing, String state) {}

    /** The job as it stands, or null where there is none. */
    public Future<@Nullable JobSnapshot> find(String job) {
        Keys.Job keys = Keys.job(job);
        return redis.run(Scripts.SNAPSHOT, List.of(keys.meta(), keys.events(), keys.questions()), List.of())
                .map(reply -> reply.more() ? JobSnapshot.of(job, reply) : null);
    }

    /** A user's jobs, the youngest first. Entries of jobs that have expired or are others' are swept on the way. */
    public Future<List<JobSnapshot>> list(String user, int most) {
        return redis.send(Command.ZREVRANGE, Keys.userJobs(user), 0, most - 1).compose(ids -> {
            List<String> jobs = strings(ids);
            List<Future<@Nullable JobSnapshot>> snapshots =
                    jobs.stream().map(job -> find(user, job)).toList();
            return Future.all(snapshots).compose(all -> {
                List<String> gone = IntStream.range(0, jobs.size())
                        .filter(i -> all.resultAt(i) == null)
                        .mapToObj(jobs::get)
                        .toList();
                List<JobSnapshot> found = new ArrayList<>();
                for (int i = 0; i < jobs.size(); i++) {
                    JobSnapshot snapshot = all.resultAt(i);
                    if (snapshot != null) {
                        found.add(snapshot);
                    }
                }
                return forget(user, gone).map(found);
            });
        });
    }

    /** A user may have proposed the id of somebody else's job; that is in the user's index, and refused. */
    private Future<@Nullable JobSnapshot> find(String user, String job) {
        return find(job).map(found -> found != null && found.user().equals(user) ? found : null);
    }

    /** A job that was opened after it had been looked for is put back. */
    private Future<Void> forget(String user, List<String> jobs) {
        String index = Keys.userJobs(user);
        List<Future<@Nullable Response>> swept = jobs.stream()
                .map(job -> redis.send(Command.ZREM, index, job)
                        .compose(removed -> find(user, job))
                        .compose(found -> found == null
                                ? Future.succeededFuture()
                                : redis.send(
                                        Command.ZADD,
                                        index,
                                        "NX",
                                        found.created().toEpochMilli(),
                                        job)))
                .toList();
        return Future.all(swept).mapEmpty();
    }

    /** Ends a job at its owner's wish; its open items count as cancelled from then on. Repeating it is harmless. */
    public Future<Controlled> cancel(String job) {
        return control(job, "cancel", "", "", "");
    }

    /** Gives out nothing more of a running job; what runs ends as it would. Repeating it is harmless. */
    public Future<Controlled> pause(String job) {
        return control(job, "pause", "", "", "");
    }

    /**
     * Gives out nothing more of a job for a reason of the deployment. Repeating it is harmless.
     *
     * @param code what programs branch on
     * @param message a sentence for a person
     */
    public Future<Controlled> halt(String job, String code, String message) {
        return control(job, "halt", "", PauseReason.encode(code, message), "");
    }

    /** Goes on with a paused job. Repeating it is harmless. */
    public Future<Controlled> resume(String job) {
        return control(job, "resume", "", "", "");
    }

    /**
     * Lets the failed and blocked rows of a completed job wait again, as its next generation; the results of the others
     * stay. Acknowledged at once, whatever the size; {@link #tick} puts the rows back. The index of open jobs is written
     * first, since a job that goes on outside of it is lost; and once more after, since a sweeper may have taken the job
     * out as one that has ended until then.
     *
     * @param codes only rows with one of these errors; empty means all
     * @param request a name for the wish: sent again under the same, it is fulfilled once
     */
    public Future<Controlled> retryFailed(String job, Set<ErrorCode> codes, String request) {
        JsonArray names = new JsonArray();
        StringBuilder bytes = new StringBuilder();
        codes.stream().sorted().forEach(code -> {
            names.add(code.wire());
            bytes.append(code.code());
        });
        String data = new JsonObject().put("codes", names).encode();
        return indexOpen(job)
                .compose(indexed -> control(job, "retry", request, data, bytes.toString()))
                .compose(retried -> retried.done() ? indexOpen(job).map(retried) : Future.succeededFuture(retried));
    }

    private Future<Void> indexOpen(String job) {
        return redis.send(Command.SADD, Keys.openJobs(job), job).mapEmpty();
    }

    /**
     * Holds a job that is being read, so that it does not expire within {@link #READING} from here on, an hour beyond its
     * time at most.
     *
     * @return false where it has gone, or another job has its id
     */
    public Future<Boolean> keep(JobSnapshot job) {
        return redis.run(
                        Scripts.KEEP,
                        Keys.job(job.id()).all(),
                        List.of(job.created().toEpochMilli(), READING.toMillis(), MAX_READING.toMillis()))
                .map(ScriptReply::flag);
    }

    private Future<Controlled> control(String job, String wish, String secret, String data, String codes) {
        return control(redis, job, wish, secret, data, codes);
    }

    static Future<Controlled> control(
            RedisConnector redis, String job, String wish, String secret, String data, String codes) {
        return redis.run(Scripts.CONTROL, Keys.job(job).all(), List.of(Nonces.next(), wish, secret, data, codes))
                .map(reply -> {
                    String answer = reply.text();
                    return new Controlled(answer.equals("ok"), answer.equals("none"), reply.text());
                });
    }

    /**
     * Takes back items of lost workers, ends a job whose upload is gone, and lets an ended job's keys expire.
     * Any node may call this at any time.
     */
    public Future<Tick> tick(String job) {
        Keys.Job keys = Keys.job(job);
        return redis.run(
                        Scripts.TICK,
                        keys.forTick(),
                        List.of(
                                Nonces.next(),
                                config.crashLimit(),
                                TICK_ITEMS,
                                ErrorCode.WORKER_LOST.code(),
                                WORKER_LOST.toJson().encode(),
                                LOST_RESULT.encode()))
                .compose(reply -> {
                    String state = reply.text();
                    if (state.isEmpty()) {
                        return forget(job).map(Tick.ENDED);
                    }
                    if (JobState.of(state).terminal()) {
                        return retire(job).map(Tick.ENDED);
                    }
                    boolean work = reply.flag();
                    return reply.flag() ? lapse(job) : Future.succeededFuture(tick(work, reply));
                });
    }

    private static Tick tick(boolean work, ScriptReply reply) {
        return new Tick(true, work, reply.integer(), false, reply.flag(), reply.text(), reply.integer(), reply.flag());
    }

    /** A job that was opened after it had been looked for is put back. */
    private Future<Void> forget(String job) {
        return redis.send(Command.SREM, Keys.openJobs(job), job)
                .compose(removed -> redis.send(Command.EXISTS, Keys.job(job).meta()))
                .compose(exists ->
                        exists != null && exists.toInteger() == 1 ? indexOpen(job) : Future.succeededFuture());
    }

    private Future<Tick> lapse(String job) {
        JsonObject reason = new JsonObject()
                .put("code", "upload_aborted")
                .put("message", "the upload broke off before its end; send the file again");
        return control(job, "lapse", "", reason.encode(), "")
                .compose(lapsed -> lapsed.done()
                        ? retire(job).map(Tick.ENDED)
                        : Future.succeededFuture(new Tick(true, false, 0, false, false, "", 0, false)));
    }

    /**
     * Starts the time that an ended job is kept for, and moves it from the index of open jobs to that of jobs to
     * compact.
     */
    private Future<Void> retire(String job) {
        return expire(job).compose(ended -> ended ? leaveOpen(job) : Future.succeededFuture());
    }

    private Future<Boolean> expire(String job) {
        return redis.run(Scripts.EXPIRE, Keys.job(job).all(), List.of()).map(ScriptReply::flag);
    }

    private void logEnd(String job) {
        find(job).onSuccess(ended -> {
            if (ended != null && ended.ended() != null) {
                LOG.info(
                        "Job {} of {} is {} after {} s: {} rows, {}",
                        job,
                        ended.user(),
                        ended.state().wire(),
                        Duration.between(ended.created(), ended.ended()).toSeconds(),
                        ended.total() == null ? ended.received() : ended.total(),
                        ended.outcomes());
            }
        });
    }

    /** A job that goes on again after it was looked at is put back. */
    private Future<Void> leaveOpen(String job) {
        return ended.add(job)
                .compose(done -> redis.send(Command.SREM, Keys.openJobs(job), job))
                .onSuccess(removed -> {
                    // One of the nodes that found its end takes it from the index, and tells.
                    if (removed.toInteger() == 1) {
                        logEnd(job);
                    }
                })
                .compose(removed -> expire(job))
                .compose(ended -> ended ? Future.succeededFuture() : indexOpen(job));
    }

    static List<String> strings(@Nullable Response list) {
        return list == null ? List.of() : list.stream().map(Objects::toString).toList();
    }
}
