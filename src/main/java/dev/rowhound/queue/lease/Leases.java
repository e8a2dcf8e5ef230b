package dev.rowhound.queue.lease;

import dev.rowhound.job.ItemResult;
import dev.rowhound.job.Row;
import dev.rowhound.queue.Lease;
import dev.rowhound.queue.Nonces;
import dev.rowhound.queue.QueueConfig;
import dev.rowhound.queue.Scripts;
import dev.rowhound.queue.result.EvidenceFiles;
import dev.rowhound.queue.result.LargeResults;
import dev.rowhound.queue.result.ResultJson;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.RedisConnector;
import dev.rowhound.redis.ScriptReply;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases items to workers and takes their results. An item is attempted at least once and counted exactly once: each
 * call carries the lease's token and is idempotent.
 */
public class Leases {
    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

    private final RedisConnector redis;
    private final QueueConfig config;
    private final String node;
    private final GroupCommit<Start, Integer> starts = new GroupCommit<>(this::sendStarts);
    private final GroupCommit<End, EndOutcome> ends = new GroupCommit<>(this::sendEnds);

    private record Start(Lease lease, String event) {}

    private record End(
            Lease lease, String kind, String state, String error, String result, String event, long delayMillis) {}

    private final LargeResults large;

    /**
     * @param node the name of this node, part of each token
     * @param large stores the results that are too large for Redis
     */
    public Leases(RedisConnector redis, QueueConfig config, String node, LargeResults large) {
        this.redis = redis;
        this.config = config;
        this.node = node;
        this.large = large;
    }

    /**
     * The result of a claim.
     *
     * @param created when the job was created, in milliseconds, which distinguishes it from earlier jobs with its id; 0
     *     without leases
     * @param leases the claimed items; empty if there is nothing to do at present
     * @param again whether to claim again at once
     * @param waitMillis without leases: when there may be some, 0 if unknown
     */
    public record Claim(long created, List<Lease> leases, boolean again, long waitMillis) {
        public static Claim nothing(boolean again, long waitMillis) {
            return new Claim(0, List.of(), again, waitMillis);
        }

        /** Parses the reply of the script {@code claim}. */
        public static Claim of(String job, ScriptReply reply) {
            switch (reply.text()) {
                case "ok" -> {
                    String token = reply.text();
                    long created = reply.integer64();
                    int generation = reply.integer();
                    return new Claim(
                            created, reply.rest(rows -> new Lease(job, generation, rows.integer(), token)), true, 0);
                }
                case "empty" -> {
                    return nothing(reply.flag(), reply.integer64());
                }
                default -> {
                    return nothing(false, 0);
                }
            }
        }
    }

    /** The result of a call that ends an attempt. */
    public enum EndOutcome {
        OK,
        /** It was counted before: the call was repeated. */
        AGAIN,
        /** The lease was lost; nothing was changed. */
        STALE
    }

    /** Claims at most {@code most} items of a job. */
    public Future<Claim> claim(String job, int most) {
        return claim(job, most, false);
    }

    /** Claims items that wait to ask a person, and others if they are likely to ask. */
    public Future<Claim> claimAsking(String job, int most) {
        return claim(job, most, true);
    }

    private Future<Claim> claim(String job, int most, boolean asking) {
        Keys.Job keys = Keys.job(job);
        return redis.run(
                        Scripts.CLAIM,
                        List.of(keys.meta(), keys.states(), keys.leases(), keys.owners(), keys.due(), keys.held()),
                        List.of(
                                most,
                                config.lease().toMillis(),
                                node,
                                Nonces.next(),
                                ThreadLocalRandom.current().nextDouble(),
                                asking ? 1 : 0))
                .map(reply -> Claim.of(job, reply));
    }

    /**
     * Marks an item as started.
     *
     * @return the number of this attempt, from 1, or null if the lease was lost or the job is paused; attempts that
     *     lost their worker have a separate limit and are not counted
     */
    public Future<@Nullable Integer> start(Lease lease, String key) {
        return starts.call(
                        lease.job(),
                        new Start(lease, new JsonObject().put("key", key).encode()))
                .map(attempt -> attempt == 0 ? null : attempt);
    }

    private Future<List<Integer>> sendStarts(String job, List<Start> calls) {
        Keys.Job keys = Keys.job(job);
        List<Object> arguments = new ArrayList<>(calls.size() * 4);
        for (Start call : calls) {
            arguments.add(Nonces.next());
            arguments.add(call.lease().row());
            arguments.add(call.lease().token());
            arguments.add(call.event());
        }
        return redis.run(Scripts.START, List.of(keys.meta(), keys.events(), keys.owners(), keys.attempts()), arguments)
                .map(reply -> {
                    String unusedState = reply.text();
                    return reply.rest(ScriptReply::integer);
                });
    }

    /** Extends a lease. False if it was lost: the job was cancelled, or the item was taken back. */
    public Future<Boolean> renew(Lease lease) {
        Keys.Job keys = Keys.job(lease.job());
        return redis.run(
                        Scripts.RENEW,
                        List.of(keys.meta(), keys.leases(), keys.owners()),
                        List.of(config.lease().toMillis(), lease.row(), lease.token()))
                .map(reply -> {
                    String unusedState = reply.text();
                    return reply.flag();
                });
    }

    /**
     * Ends an item with its result, or with a failure if the result is too large.
     *
     * @param row the item's row as it was processed; the result carries its number and digest
     * @param evidence the files kept with the result
     */
    public Future<EndOutcome> end(
            Lease lease, Row row, int attempts, ItemResult result, List<EvidenceFiles.StoredFile> evidence) {
        if (row.number() != lease.row()) {
            throw new IllegalArgumentException("a result of row " + row.number() + " cannot end row " + lease.row());
        }
        ItemResult bounded = LargeResults.bounded(result);
        ResultJson json = ResultJson.of(row, attempts, bounded, evidence);
        String stored = json.stored();
        String event = json.event(LargeResults.large(stored));
        String error = bounded.error() == null
                ? ""
                : String.valueOf(bounded.error().code().code());
        String state = String.valueOf(bounded.state().code());
        return large.place(lease, stored)
                .compose(text -> ends.call(lease.job(), new End(lease, "end", state, error, text, event, 0)));
    }

    /** Returns an item to be retried after a delay. */
    public Future<EndOutcome> retry(Lease lease, String key, int attempt, ItemResult result, long delayMillis) {
        ItemResult bounded = LargeResults.bounded(result);
        JsonObject event = new JsonObject()
                .put("key", key)
                .put("error", bounded.error() == null ? null : bounded.error().toJson())
                .put("attempt", attempt)
                .put("delay_ms", delayMillis);
        return ends.call(lease.job(), new End(lease, "retry", "", "", "", event.encode(), delayMillis));
    }

    /** Returns an item as if it had never been claimed. */
    public Future<EndOutcome> release(Lease lease) {
        return release(lease, 0);
    }

    /** Returns an item as if it had never been claimed; it can be claimed again after the delay. */
    public Future<EndOutcome> release(Lease lease, long delayMillis) {
        return ends.call(lease.job(), new End(lease, "release", "", "", "", "", delayMillis));
    }

    /**
     * Defers an item until its host may be contacted.
     *
     * @param waitMillis when the host may be contacted again
     * @param startIntervalMillis the interval between starts at the host, at which waiting items follow each other
     * @return false if the lease was lost or the call was repeated
     */
    public Future<Boolean> defer(Lease lease, String key, String host, long waitMillis, long startIntervalMillis) {
        Keys.Job keys = Keys.job(lease.job());
        JsonObject event = new JsonObject().put("key", key).put("host", host).put("wait_ms", waitMillis);
        return redis.run(
                        Scripts.DEFER,
                        List.of(
                                keys.meta(),
                                keys.events(),
                                keys.states(),
                                keys.leases(),
                                keys.owners(),
                                keys.held(),
                                keys.heldHosts()),
                        List.of(
                                Nonces.next(),
                                lease.row(),
                                lease.token(),
                                host,
                                waitMillis,
                                startIntervalMillis,
                                event.encode()))
                .map(reply -> reply.word(EndOutcome.class) == EndOutcome.OK);
    }

    /**
     * Lets an item wait, without a worker, until there is room for its question. A repeated call returns
     * {@link EndOutcome#STALE}.
     */
    public Future<EndOutcome> awaitQuestion(Lease lease, String key) {
        Keys.Job keys = Keys.job(lease.job());
        JsonObject event = new JsonObject().put("key", key).putNull("question");
        return redis.run(
                        Scripts.AWAIT_QUESTION,
                        List.of(
                                keys.meta(),
                                keys.events(),
                                keys.states(),
                                keys.leases(),
                                keys.owners(),
                                keys.held(),
                                keys.questions(),
                                keys.answers()),
                        List.of(Nonces.next(), lease.row(), lease.token(), event.encode()))
                .map(reply -> reply.word(EndOutcome.class));
    }

    private Future<List<EndOutcome>> sendEnds(String job, List<End> calls) {
        List<Object> arguments = new ArrayList<>(calls.size() * 10);
        for (End call : calls) {
            arguments.add(Nonces.next());
            arguments.add(call.lease().row());
            arguments.add(call.lease().token());
            arguments.add(call.lease().generation());
            arguments.add(call.kind());
            arguments.add(call.state());
            arguments.add(call.error());
            arguments.add(call.result());
            arguments.add(call.event());
            arguments.add(call.delayMillis());
        }
        return redis.run(Scripts.COMPLETE, Keys.job(job).forEnding(), arguments).map(reply -> {
            String unusedState = reply.text();
            List<EndOutcome> outcomes = reply.rest(next -> next.word(EndOutcome.class));
            for (int i = 0; LOG.isTraceEnabled() && i < Math.min(calls.size(), outcomes.size()); i++) {
                End call = calls.get(i);
                LOG.trace(
                        "{} {} {} {} {}", job, call.lease().row(), call.lease().token(), call.kind(), outcomes.get(i));
            }
            return outcomes;
        });
    }
}
