package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.TestNode;
import dev.rowhound.http.Api.Answer;
import dev.rowhound.redis.RedisConnector;
import dev.rowhound.redis.RedisProcess;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** A Redis that answers, but not what it is asked for: each time 503 with a code, and all is well when it is. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class StoreStatesIT {
    @TempDir
    private static Path folder;

    private static final ScriptedProcessor PROCESSOR = new ScriptedProcessor();
    private static RedisProcess server;
    private static RedisConnector redis;
    private static TestNode node;
    private static Api api;
    private static String job;

    @BeforeAll
    static void start() throws Exception {
        server = RedisProcess.start(
                folder.resolve("redis"),
                RedisProcess.freePort(),
                "--appendonly",
                "no",
                "--enable-debug-command",
                "local",
                "--enable-protected-configs",
                "yes");
        node = TestNode.start(
                Map.of(
                        "redis.url",
                        server.url(),
                        "artifacts.folder",
                        folder.resolve("artifacts").toString()),
                PROCESSOR::processor);
        redis = new RedisConnector(node.vertx(), server.url(), 30_000);
        api = new Api(node);
        job = api.upload(Form.of("companies").file("tax_code\n1\n")).json().getString("id");
        api.awaitEnd(job);
    }

    @AfterAll
    static void stop() throws Exception {
        redis.close().await(10, TimeUnit.SECONDS);
        node.close();
        server.close();
    }

    private static void send(String command, Object... arguments) throws Exception {
        Request request = Request.cmd(Command.create(command));
        for (Object argument : arguments) {
            request.arg(argument.toString());
        }
        redis.send(request).await(30, TimeUnit.SECONDS);
    }

    private static void config(String name, Object value) throws Exception {
        send("CONFIG", "SET", name, value);
    }

    /** A call that writes, under a name, so that it may be made again. */
    private static Answer write() throws Exception {
        return api.send(api.request(Api.JOBS + "/" + job + "/retry-failed", "Idempotency-Key", "again")
                .POST(BodyPublishers.noBody()));
    }

    private static void assertUnavailable(Answer answer, String code) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(503);
        assertThat(answer.json().getString("code")).isEqualTo(code);
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
    }

    private static void assertWell() throws Exception {
        Answer answer = Await.until("the store takes changes", StoreStatesIT::write, made -> made.status() != 503);
        assertThat(answer.json().getString("code")).isEqualTo("nothing_to_retry");
    }

    @Test
    void aReplicaTakesNoChanges() throws Exception {
        send("REPLICAOF", "127.0.0.1", RedisProcess.freePort());
        try {
            assertUnavailable(write(), "store_read_only");
            assertUnavailable(api.upload(Form.of("companies").file("tax_code\n2\n")), "store_read_only");
            assertThat(api.get(Api.JOBS + "/" + job).status()).isEqualTo(200);
        } finally {
            send("REPLICAOF", "NO", "ONE");
        }
        assertWell();
    }

    @Test
    void aReplicaWithoutItsPrimaryAnswersNothing() throws Exception {
        send("REPLICAOF", "127.0.0.1", RedisProcess.freePort());
        config("replica-serve-stale-data", "no");
        try {
            assertUnavailable(api.get(Api.JOBS + "/" + job), "store_primary_down");
        } finally {
            config("replica-serve-stale-data", "yes");
            send("REPLICAOF", "NO", "ONE");
        }
        assertWell();
    }

    @Test
    void aPrimaryWithoutReplicasTakesNoChanges() throws Exception {
        config("min-replicas-to-write", 1);
        try {
            assertUnavailable(write(), "store_no_replicas");
            assertThat(api.get(Api.JOBS + "/" + job).status()).isEqualTo(200);
        } finally {
            config("min-replicas-to-write", 0);
        }
        assertWell();
    }

    @Test
    void aStoreThatIsFullTakesNoChanges() throws Exception {
        config("maxmemory", 1);
        try {
            assertUnavailable(write(), "store_full");
            assertThat(api.get(Api.JOBS + "/" + job).status()).isEqualTo(200);
        } finally {
            config("maxmemory", 0);
        }
        assertWell();
    }

    @Test
    void aStoreThatCannotSaveTakesNoChanges() throws Exception {
        Path gone = Files.createDirectory(folder.resolve("gone"));
        config("dir", gone);
        Files.delete(gone);
        config("save", "3600 1");
        try {
            send("BGSAVE");
            Await.until(
                    "a snapshot that fails",
                    () -> redis.info("persistence").await(10, TimeUnit.SECONDS),
                    seen -> "err".equals(seen.getString("rdb_last_bgsave_status")));
            assertUnavailable(write(), "store_cannot_save");
            assertThat(api.get(Api.JOBS + "/" + job).status()).isEqualTo(200);
        } finally {
            config("save", "");
            config("dir", folder.resolve("redis"));
        }
        assertWell();
    }

    @Test
    void aStoreThatAScriptHoldsUpAnswersNothing() throws Exception {
        config("busy-reply-threshold", 50);
        Redis other = Redis.createClient(node.vertx(), server.url());
        try {
            other.send(Request.cmd(Command.EVAL).arg("while true do end").arg(0));
            Await.until("Redis is busy", () -> api.get(Api.JOBS + "/" + job), answer -> answer.status() != 200);
            assertUnavailable(api.get(Api.JOBS + "/" + job), "store_busy");
            assertUnavailable(write(), "store_busy");
            // A browser's EventSource gives up for good on a refusal.
            try (EventStream stream = api.events(job)) {
                send("SCRIPT", "KILL");
                assertThat(stream.next().type()).isNotBlank();
            }
        } finally {
            other.close();
            config("busy-reply-threshold", 5000);
        }
        assertWell();
    }

    @Test
    void aStoreThatReadsItsDataAnswersNothing() throws Exception {
        send("DEBUG", "POPULATE", 500, "more", 2000);
        config("key-load-delay", 10_000);
        config("loading-process-events-interval-bytes", 1024);
        Redis other = Redis.createClient(node.vertx(), server.url());
        try {
            other.send(Request.cmd(Command.create("DEBUG")).arg("RELOAD"));
            assertUnavailable(
                    Await.until(
                            "Redis reads its data",
                            () -> api.get(Api.JOBS + "/" + job),
                            answer -> answer.status() != 200),
                    "store_loading");
        } finally {
            Await.until("Redis has read its data", StoreStatesIT::endLoading, done -> done);
            other.close();
        }
        assertWell();
    }

    private static boolean endLoading() {
        try {
            config("key-load-delay", 0);
            return true;
        } catch (Exception e) {
            return false;
        }
    }

    @Test
    void workersBringTheirResultsHomeWhenTheStoreIsWell() throws Exception {
        int begun = PROCESSOR.begun.get();
        PROCESSOR.taking(200);
        String running = api.upload(StubProcessor.form(8)).json().getString("id");
        Await.until("a row is looked up", PROCESSOR.begun::get, now -> now >= begun + 2);
        for (String state : new String[] {"min-replicas-to-write", "READONLY", "maxmemory"}) {
            set(state, true);
            assertThat(write().status()).isEqualTo(503);
            set(state, false);
        }
        JsonObject ended = api.awaitEnd(running);
        assertThat(ended.getString("state")).isEqualTo("completed");
        assertThat(ended.getJsonObject("counters").getInteger("found"))
                .as(ended.encode())
                .isEqualTo(8);
    }

    private static void set(String state, boolean on) throws Exception {
        if (state.equals("READONLY")) {
            send("REPLICAOF", on ? "127.0.0.1" : "NO", on ? RedisProcess.freePort() : "ONE");
        } else {
            config(state, on ? 1 : 0);
        }
    }
}
