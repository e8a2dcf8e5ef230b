package dev.rowhound.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node waits for a Redis that starts beside it, but not for one that is not there. */
@Timeout(60)
class ServerCheckIT {
    private static final int KEYS = 6000;

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private RedisProcess redis;

    @BeforeEach
    void start() throws Exception {
        redis = RedisProcess.start(folder, RedisProcess.freePort());
    }

    @AfterEach
    void stop() throws Exception {
        redis.close();
        Await.result(vertx.close());
    }

    @Test
    void waitsWhileRedisReadsItsData() throws Exception {
        RedisConnector connector = new RedisConnector(vertx, redis.url(), 5000);
        List<Future<?>> writes = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            writes.add(connector.send(Command.SET, "key" + i, "value"));
        }
        writes.forEach(Await::result);
        Await.result(connector.close());
        redis.close();
        int port = RedisProcess.freePort();
        // In microseconds a key; Redis answers between every 1024 of them.
        Process slow = RedisProcess.command(
                        RedisProcess.binary(folder.resolve("bin")), folder, port, "--key-load-delay", "500")
                .redirectOutput(new File("/dev/null"))
                .start();
        RedisConnector patient = new RedisConnector(vertx, "redis://127.0.0.1:" + port, 5000);
        try {
            Await.until(
                    "Redis listens",
                    () -> patient.info("persistence")
                            .map(info -> info.getString("loading").equals("1"))
                            .otherwise(false)
                            .toCompletionStage()
                            .toCompletableFuture()
                            .get());

            Await.result(ServerCheck.check(patient, RetryPolicy.Timing.of(vertx)));

            assertThat(Await.result(patient.send(Command.DBSIZE)).toInteger()).isEqualTo(KEYS);
        } finally {
            Await.result(patient.close());
            slow.destroyForcibly().waitFor();
        }
    }

    @Test
    void asksAnOverloadedRedisAFewTimes() throws Exception {
        RedisConnector connector = new RedisConnector(vertx, redis.url(), 300);
        RedisProcess.signal("STOP", redis.pid());
        try {
            Future<Void> check = ServerCheck.check(connector, RetryPolicy.Timing.of(vertx));
            assertThat(Await.failure(connector.ping())).isInstanceOf(StoreUnavailableException.class);
            assertThat(check.isComplete()).isFalse();
            RedisProcess.signal("CONT", redis.pid());
            Await.result(check);

            RedisProcess.signal("STOP", redis.pid());
            assertThat(Await.failure(ServerCheck.check(connector, RetryPolicy.Timing.of(vertx))))
                    .hasMessageStartingWith("Redis does not respond (");
        } finally {
            RedisProcess.signal("CONT", redis.pid());
            Await.result(connector.close());
        }
    }
}
