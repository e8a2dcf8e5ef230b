package dev.rowhound.redis;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A program that starts an {@link EmbeddedRedis}, says where, and lives until it is killed or its input ends. */
public final class RedisProgram {
    private RedisProgram() {}

    /** Runs with the data folder as its only argument. */
    public static void main(String[] arguments) throws IOException {
        RedisConfig.Embedded config = new RedisConfig.Embedded(0, null, RedisConfig.Fsync.EVERYSEC, 0);
        EmbeddedRedis redis = EmbeddedRedis.start(config, Path.of(arguments[0]));
        new PrintStream(System.out, true, StandardCharsets.UTF_8).println("URL " + redis.url());
        int end = System.in.read();
        redis.close();
        System.exit(end < 0 ? 0 : 1);
    }
}
