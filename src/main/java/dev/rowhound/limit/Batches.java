package dev.rowhound.limit;

import dev.rowhound.redis.LuaScript;
import dev.rowhound.redis.RedisConnector;
import dev.rowhound.redis.ScriptReply;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Creates permits and extends them. The permits of one call form a batch, named by the node and a random number. */
final class Batches {
    /** Bounds a single grant, so that its script stays short. */
    static final int MAX_PERMITS = 1000;

    private static final LuaScript EXTEND = script("permit_extend-1");
    private static final RandomGenerator RANDOM = new SecureRandom();

    private final String node;

    Batches(String node) {
        this.node = node;
    }

    String next() {
        return node + "-" + HexFormat.of().toHexDigits(RANDOM.nextLong());
    }

    /** Returns a random whole number from {@code min} to {@code max}. */
    static int between(int min, int max) {
        return RANDOM.nextInt(min, max + 1);
    }

    /** Returns the first {@code count} permits of a batch. */
    static List<String> permits(String batch, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> batch + "-" + i).toList();
    }

    /** Reads a script's reply: the number of permits and the time to wait. */
    static Grant grant(String batch, ScriptReply reply) {
        return new Grant(permits(batch, reply.integer()), reply.integer64());
    }

    /** Extends permits to {@code holdFor} from now; has no effect on permits that expired or were released. */
    static Future<Void> hold(RedisConnector redis, String key, List<String> permits, Duration holdFor) {
        List<String> counted = Grant.counted(permits);
        if (counted.isEmpty()) {
            return Future.succeededFuture();
        }
        List<Object> arguments = new ArrayList<>();
        arguments.add(holdFor.toMillis());
        arguments.addAll(counted);
        return redis.run(EXTEND, List.of(key), arguments).mapEmpty();
    }

    static LuaScript script(String name) {
        return LuaScript.load(Batches.class, name);
    }
}
