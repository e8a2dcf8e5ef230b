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

/** Reads, controls and maintains jobs. */
public final class Jobs {
    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);
    /** Maximum number of items that a tick takes back, so that it stays short. */
    private static final int MAX_TICK_ITEMS = 100;

    /** The error of a row whose worker was lost. */
    static final ItemError WORKER_LOST =
            new ItemError(ErrorCode.WORKER_LOST, "the worker was lost during this row's look-up", null);

    /** The result of such a row; {@code tick} inserts the number of its attempts. */
    private static final JsonObject LOST_RESULT = new JsonObject()
            .put("fields", new JsonObject())
            .put("error", WORKER_LOST.toJson())
            .put("attempts", "#");

    /** How long a download extends a job's life without a sign of life. */
    public static final Duration READING = Duration.ofMinutes(1);

    /** By how much downloads may extend a job's life in total. */
    private static final Duration MAX_READING = Duration.ofHours(1);

    private final RedisConnector redis;
    private final QueueConfig config;
    private final EndedJobs ended;

    public Jobs(RedisConnector redis, QueueConfig config) {
        this.redis = redis;
        this.config = config;
        this.ended = new EndedJobs(redis, config);
    }

    /**
     * The result of a tick.
     *
     * @param open whether the job can still change
     * @param work whether a claim would find items
     * @param takenBack how many items were taken back from lost workers
     * @param ended whether the job ended in this tick
     * @param more whether another tick is needed at once
     * @param user the owner; empty for an ended job
     * @param priority its weight among its user's jobs
     * @param asks whether a claim of items that ask a person would find any
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
     * The result of a command for a whole job.
     *
     * @param done whether the command took effect, by this call or an earlier one
     * @param nothing whether there was nothing to apply it to
     * @param state the job's state, which may be what forbids the command; empty if the job does not exist
     */
    public record ControlResult(boolean done, boolean nothing, String state) {}

    /** Returns the job's current state, or null if it does not exist. */
    public Future<@Nullable JobSnapshot> find(String job) {
        Keys.Job keys = Keys.job(job);
        return redis.run(Scripts.SNAPSHOT, List.of(keys.meta(), keys.events(), keys.questions()), List.of())
                .map(reply -> reply.more() ? JobSnapshot.of(job, reply) : null);
    }

    /** Lists a user's jobs, the latest first; removes entries of jobs that have expired or belong to others. */
    public Future<List<JobSnapshot>> list(String user, int most) {
        return redis.send(Command.ZREVRANGE, Keys.userJobs(user), 0, most - 1).compose(ids -> {
            List<String> jobs = strings(ids);
            List<Future<@Nullable JobSnapshot>> snapshots =
                    jobs.stream().map(job -> find(user, job)).toList();
            return Future.all(snapshots).compose(all -> {
                List<String> missing = IntStream.range(0, jobs.size())
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
                return forget(user, missing).map(found);
            });
        });
    }

    /** A user may propose the id of another user's job: it is then in the user's index but was refused. */
    private Future<@Nullable JobSnapshot> find(String user, String job) {
        return find(job).map(found -> found != null && found.user().equals(user) ? found : null);
    }

    /** Removes index entries of missing jobs; restores an entry if the job was created meanwhile. */
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

    /** Cancels a job; its open items count as cancelled from then on. Idempotent. */
    public Future<ControlResult> cancel(String job) {
        return control(job, "cancel", "", "", "");
    }

    /** Pauses a job: it gives out no more items, and running ones finish. Idempotent. */
    public Future<ControlResult> pause(String job) {
        return control(job, "pause", "", "", "");
    }

    /**
     * Pauses a job for a reason of the deployment. Idempotent.
     *
     * @param code for programs
     * @param message a sentence for a person
     */
    public Future<ControlResult> halt(String job, String code, String message) {
        return control(job, "halt", "", PauseReason.encode(code, message), "");
    }

    /** Resumes a paused job. Idempotent. */
    public Future<ControlResult> resume(String job) {
        return control(job, "resume", "", "", "");
    }

    /**
     * Retries the failed and blocked rows of a completed job in its next generation; the other results stay. Returns at
     * once, whatever the size; {@link #tick} resets the rows. The index of open jobs is written before, because an open
     * job outside of it is lost, and again after, because a sweeper may have removed the still ended job meanwhile.
     *
     * @param codes only rows with one of these errors; empty means all
     * @param request an id of the request, which takes effect once
     */
    public Future<ControlResult> retryFailed(String job, Set<ErrorCode> codes, String request) {
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
     * Extends the life of a job that is being read: it does not expire within {@link #READING} from now, up to an hour
     * beyond its regular expiry.
     *
     * @return false if the job does not exist or its id was reused
     */
    public Future<Boolean> extend(JobSnapshot job) {
        return redis.run(
                        Scripts.KEEP,
                        Keys.job(job.id()).all(),
                        List.of(job.created().toEpochMilli(), READING.toMillis(), MAX_READING.toMillis()))
                .map(ScriptReply::flag);
    }

    private Future<ControlResult> control(String job, String command, String secret, String data, String codes) {
        return control(redis, job, command, secret, data, codes);
    }

    static Future<ControlResult> control(
            RedisConnector redis, String job, String command, String secret, String data, String codes) {
        return redis.run(Scripts.CONTROL, Keys.job(job).all(), List.of(Nonces.next(), command, secret, data, codes))
                .map(reply -> {
                    String answer = reply.text();
                    return new ControlResult(answer.equals("ok"), answer.equals("none"), reply.text());
                });
    }

    /**
     * Maintains a job: takes back items of lost workers, fails a job whose upload broke off, and lets an ended job
     * expire. Any node may call this at any time.
     */
    public Future<Tick> tick(String job) {
        Keys.Job keys = Keys.job(job);
        return redis.run(
                        Scripts.TICK,
                        keys.forTick(),
                        List.of(
                                Nonces.next(),
                                config.crashLimit(),
                                MAX_TICK_ITEMS,
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

    /** Removes the index entry of a missing job; restores it if the job was created meanwhile. */
    private Future<Void> forget(String job) {
        return redis.send(Command.SREM, Keys.openJobs(job), job)
                .compose(removed -> redis.send(Command.EXISTS, Keys.job(job).meta()))
                .compose(exists ->
                        exists != null && exists.toInteger() == 1 ? indexOpen(job) : Future.succeededFuture());
    }

    private Future<Tick> lapse(String job) {
        JsonObject reason = new JsonObject()
                .put("code", "upload_aborted")
                .put("message", "the upload was interrupted; send the file again");
        return control(job, "lapse", "", reason.encode(), "")
                .compose(lapsed -> lapsed.done()
                        ? retire(job).map(Tick.ENDED)
                        : Future.succeededFuture(new Tick(true, false, 0, false, false, "", 0, false)));
    }

    /**
     * Starts an ended job's retention time, and moves it from the index of open jobs to that of jobs to compact.
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

    /** Removes a job from the open index; restores it if the job was reopened meanwhile. */
    private Future<Void> leaveOpen(String job) {
        return ended.add(job)
                .compose(done -> redis.send(Command.SREM, Keys.openJobs(job), job))
                .onSuccess(removed -> {
                    // Only the node that removed the entry logs the end.
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
