package dev.rowhound.queue;

import dev.rowhound.Await;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.lease.Leases;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.LuaScript;
import dev.rowhound.redis.ScriptReply;
import dev.rowhound.redis.TestRedis;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The scripts that walk over rows, word for word, but with windows of a few rows in place of thousands, so that small
 * jobs meet the edges.
 */
final class NarrowScripts {
    /** What they do at most. */
    static final ModelLimits LIMITS = new ModelLimits(4, 2, 3, 2, 5, 2);

    private static final LuaScript CLAIM =
            fewAsks(narrow(Scripts.CLAIM, "SCAN, WINDOW, HELD = 10000, 1000, 10000", "SCAN, WINDOW, HELD = 4, 2, 3"));
    private static final LuaScript TICK =
            fewAsks(narrow(Scripts.TICK, "SCAN, PIECE = 10000, 1000", "SCAN, PIECE = 5, 2"));

    private NarrowScripts() {}

    /** Takes so many items of a job, as {@link Leases} does. */
    static Leases.Claim claim(TestRedis store, String job, int most, long leaseMillis, boolean asking) {
        Keys.Job keys = Keys.job(job);
        return Await.result(store.connector()
                .run(
                        CLAIM,
                        List.of(keys.meta(), keys.states(), keys.leases(), keys.owners(), keys.due(), keys.held()),
                        List.of(most, leaseMillis, "node1", Nonces.next(), "0.5", asking ? 1 : 0))
                .map(reply -> Leases.Claim.of(job, reply)));
    }

    /** Looks after a job, as {@link Jobs} does. */
    static JobModel.Tick tick(TestRedis store, String job, int crashLimit) {
        String error = "{\"code\":\"worker_lost\",\"message\":\"lost\"}";
        String result = "{\"fields\":{},\"error\":" + error + ",\"attempts\":\"#\"}";
        ScriptReply reply = Await.result(store.connector()
                .run(
                        TICK,
                        Keys.job(job).forTick(),
                        List.of(
                                Nonces.next(),
                                crashLimit,
                                LIMITS.lost(),
                                ErrorCode.WORKER_LOST.code(),
                                error,
                                result)));
        String state = reply.text();
        boolean work = reply.flag();
        boolean lapsed = reply.flag();
        int taken = reply.integer();
        boolean more = reply.flag();
        reply.text();
        reply.text();
        return new JobModel.Tick(state, work, lapsed, taken, more, reply.flag());
    }

    private static LuaScript fewAsks(LuaScript script) {
        return narrow(script, "MAX_ASKS = 10", "MAX_ASKS = 2");
    }

    private static LuaScript narrow(LuaScript script, String wide, String narrow) {
        if (!script.text().contains(wide)) {
            throw new IllegalStateException(script.name() + ".lua has no \"" + wide + "\" to make narrow");
        }
        String text = script.text().replace(wide, narrow);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return new LuaScript(
                    script.name(), script.keys(), text, HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
