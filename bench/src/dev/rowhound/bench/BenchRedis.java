package dev.rowhound.bench;

import dev.rowhound.redis.EmbeddedRedis;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.RedisConfig;
import dev.rowhound.redis.RedisConnector;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The Redis that all sides of a benchmark use in turn; reset before each use. */
final class BenchRedis implements AutoCloseable {
    /** To flush a Redis of a million keys, or to rewrite its file, takes some seconds. */
    private static final int TIMEOUT_SECONDS = 120;

    private static final int POLL_MILLIS = 50;

    private final EmbeddedRedis server;
    private final Vertx vertx = Vertx.vertx();
    private final RedisConnector connector;
    private final String fsync;

    /** Starts Redis with its data below {@code folder}. */
    BenchRedis(Path folder, String fsync) throws IOException {
        this.fsync = fsync;
        this.server = EmbeddedRedis.start(
                new RedisConfig.Embedded(freePort(), null, RedisConfig.Fsync.valueOf(fsync), 0), folder);
        this.connector = new RedisConnector(vertx, server.url(), (int) TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS));
    }

    String url() {
        return server.url();
    }

    /** The version and settings for the report. */
    String description() throws Exception {
        JsonObject info = info("server");
        return "Redis %s (%s), appendonly yes, appendfsync %s"
                .formatted(
                        info.getString("redis_version"), info.getString("executable"), fsync.toLowerCase(Locale.ROOT));
    }

    /** Deletes all data, also on disk, except the mark of the node's artifact folder, and waits until Redis is idle. */
    void reset() throws Exception {
        Response mark = await(connector.send(Command.GET, Keys.ARTIFACT_FOLDER));
        await(connector.send(Command.FLUSHALL, "SYNC"));
        if (mark != null) {
            await(connector.send(Command.SET, Keys.ARTIFACT_FOLDER, mark.toString()));
        }
        settle();
        await(connector.send(Command.BGREWRITEAOF));
        settle();
    }

    /** Waits until no background work uses memory or CPU time. */
    private void settle() throws Exception {
        while (true) {
            JsonObject persistence = info("persistence");
            boolean writing = !"0".equals(persistence.getString("aof_rewrite_in_progress"))
                    || !"0".equals(persistence.getString("aof_rewrite_scheduled"));
            if (!writing && "0".equals(info("memory").getString("lazyfree_pending_objects"))) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /** The bytes of memory in use after Redis has become idle. */
    long memory() throws Exception {
        settle();
        return Long.parseLong(info("memory").getString("used_memory"));
    }

    /** The CPU time of the Redis process in seconds. */
    double processorSeconds() throws Exception {
        JsonObject cpu = info("cpu");
        return Double.parseDouble(cpu.getString("used_cpu_user")) + Double.parseDouble(cpu.getString("used_cpu_sys"));
    }

    private JsonObject info(String section) throws Exception {
        return await(connector.info(section));
    }

    private static <T> T await(Future<T> future) throws TimeoutException {
        return future.await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        connector.close();
        server.close();
        vertx.close();
    }
}
