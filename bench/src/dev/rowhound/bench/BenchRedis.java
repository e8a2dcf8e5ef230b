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

/** The one Redis that all sides of a bench use in turn, started for the bench and empty before each use. */
final class BenchRedis implements AutoCloseable {
    /** Emptying a Redis of a million keys, or writing it anew, takes some seconds. */
    private static final int TIMEOUT_SECONDS = 120;

    private static final int POLL_MILLIS = 50;

    private final EmbeddedRedis server;
    private final Vertx vertx = Vertx.vertx();
    private final RedisConnector connector;
    private final String fsync;

    /** Starts it with its data below that folder. */
    BenchRedis(Path folder, String fsync) throws IOException {
        this.fsync = fsync;
        this.server = EmbeddedRedis.start(
                new RedisConfig.Embedded(freePort(), null, RedisConfig.Fsync.valueOf(fsync), 0), folder);
        this.connector = new RedisConnector(vertx, server.url(), (int) TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS));
    }

    String url() {
        return server.url();
    }

    /** What it is, for the report. */
    String description() throws Exception {
        JsonObject info = info("server");
        return "Redis %s (%s), appendonly yes, appendfsync %s"
                .formatted(
                        info.getString("redis_version"), info.getString("executable"), fsync.toLowerCase(Locale.ROOT));
    }

    /** Empties it, its file on disk too, but for the mark of the node's folder of files, and waits until it rests. */
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

    /** Waits until nothing goes on behind the commands that takes memory or time. */
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

    /** How many bytes its data takes, once it rests. */
    long memory() throws Exception {
        settle();
        return Long.parseLong(info("memory").getString("used_memory"));
    }

    /** How much processor time it has used, in seconds. */
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
