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
 * Gives items out and takes their results. An item is attempted at least once and counted exactly once: each call
 * proves its right with the lease's token, and may be sent again after a lost reply.
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
     * For the store behind that connection.
     *
     * @param node the name of this node, part of each token
     * @param large takes the results that are too large for the store
     */
    public Leases(RedisConnector redis, QueueConfig config, String node, LargeResults large) {
        this.redis = redis;
        this.config = config;
        this.node = node;
        this.large = large;
    }

    /**
     * What a claim came to.
     *
     * @param created when the job was opened that gave them, in milliseconds, which tells it from others that have had
     *     its id; 0 where there are none
     * @param leases the items; none where there is nothing to do at present
     * @param again whether it is worth asking again at once
     * @param waitMillis where there are none: after how long there may be some, 0 where that is not known
     */
    public record Claim(long created, List<Lease> leases, boolean again, long waitMillis) {
        /** No items, but perhaps after that time. */
        public static Claim nothing(boolean again, long waitMillis) {
            return new Claim(0, List.of(), again, waitMillis);
        }

        /** Reads the reply of the script {@code claim}. */
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

    /** What became of a call that ends an attempt. */
    public enum EndOutcome {
        /** It was counted. */
        OK,
        /** It had been counted before; the call was sent twice. */
        AGAIN,
        /** The lease was lost; nothing was changed. */
        STALE
    }

    /** Asks for items of a job, at most so many. */
    public Future<Claim> claim(String job, int most) {
        return claim(job, most, false);
    }

    /** Asks for items of a job that ask a person, and for others where it is likely that these do too. */
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
     * @return the number of this attempt, from 1, or null when the lease was lost or the job gives out nothing at
     *     present; attempts that lost their worker are not counted, for they have a limit of their own
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

    /** Holds an item for another lease. False when it was lost: the job was cancelled, or somebody took it back. */
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
     * Ends an item with its result; with a failure where that is larger than a result may be.
     *
     * @param row the item's row, as it was looked up; the result carries its number and what it said
     * @param evidence what was kept beside the result
     */
    public Future<EndOutcome> end(
            Lease lease, Row row, int attempts, ItemResult came, List<EvidenceFiles.Kept> evidence) {
        if (row.number() != lease.row()) {
            throw new IllegalArgumentException("a result of row " + row.number() + " cannot end row " + lease.row());
        }
        ItemResult result = LargeResults.bounded(came);
        ResultJson json = ResultJson.of(row, attempts, result, evidence);
        String stored = json.stored();
        String event = json.event(LargeResults.large(stored));
        String error = result.error() == null
                ? ""
                : String.valueOf(result.error().code().code());
        String state = String.valueOf(result.state().code());
        return large.place(lease, stored)
                .compose(text -> ends.call(lease.job(), new End(lease, "end", state, error, text, event, 0)));
    }

    /** Puts an item back to be tried again after a delay. */
    public Future<EndOutcome> retry(Lease lease, String key, int attempt, ItemResult came, long delayMillis) {
        ItemResult result = LargeResults.bounded(came);
        JsonObject event = new JsonObject()
                .put("key", key)
                .put("error", result.error() == null ? null : result.error().toJson())
                .put("attempt", attempt)
                .put("delay_ms", delayMillis);
        return ends.call(lease.job(), new End(lease, "retry", "", "", "", event.encode(), delayMillis));
    }

    /** Gives an item back as if it had never been taken. */
    public Future<EndOutcome> release(Lease lease) {
        return release(lease, 0);
    }

    /** Gives an item back as if it had never been taken; it is given out again after that delay. */
    public Future<EndOutcome> release(Lease lease, long delayMillis) {
        return ends.call(lease.job(), new End(lease, "release", "", "", "", "", delayMillis));
    }

    /**
     * Lets an item wait for its host's turn.
     *
     * @param waitMillis after how long the host may be asked again
     * @param startIntervalMillis how far apart starts at that host are, so that those who wait come one after the other
     * @return false when the lease was lost, or the call had been made before
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
     * Lets an item wait, without a worker, until there is room for its question. A call that is sent again after it was
     * done answers {@link EndOutcome#STALE}.
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
