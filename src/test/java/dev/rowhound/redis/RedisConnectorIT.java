package dev.rowhound.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.Await;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetServer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.ResponseType;
import io.vertx.redis.client.impl.types.ErrorType;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestRedis.Extension.class)
@Timeout(60)
class RedisConnectorIT {
    private static final int TIMEOUT_MILLIS = 400;

    private final TestRedis store;
    private final RedisConnector connector;

    RedisConnectorIT(TestRedis store) {
        this.store = store;
        this.connector = new RedisConnector(store.vertx(), store.url(), TIMEOUT_MILLIS);
    }

    @AfterEach
    void close() {
        Await.result(connector.close());
    }

    @Test
    void sendsAScriptThatRedisHasForgotten() {
        LuaScript script = LuaScript.load(RedisConnectorIT.class, "counting-1");
        List<String> keys = List.of("a");

        assertThat(Await.result(connector.run(script, keys, List.of(2))).integer())
                .isEqualTo(2);
        store.send(Command.SCRIPT, "FLUSH", "SYNC");
        assertThat(Await.result(connector.run(script, keys, List.of(3))).integer())
                .isEqualTo(5);
        assertThat(store.send(Command.SCRIPT, "EXISTS", script.sha1()).get(0).toInteger())
                .isEqualTo(1);
    }

    @Test
    void refusesAScriptsKeysThatAreTooFew() {
        LuaScript script = LuaScript.load(RedisConnectorIT.class, "counting-1");

        assertThatThrownBy(() -> connector.run(script, List.of("a", "b"), List.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("counting-1 was given 2 keys");
    }

    @Test
    void leavesAnErrorThatRedisAnsweredAsItIs() {
        store.send(Command.SET, "text", "a");

        Throwable error = Await.failure(connector.send(Command.HGET, "text", "field"));

        assertThat(error).isInstanceOf(ErrorType.class).hasMessageStartingWith("WRONGTYPE");
        assertThat(((ErrorType) error).type()).isEqualTo(ResponseType.ERROR);
    }

    @Test
    void leavesAScriptsErrorAsItIs() {
        store.send(Command.SET, "text", "a");
        LuaScript script = LuaScript.load(RedisConnectorIT.class, "counting-1");

        assertThat(Await.failure(connector.run(script, List.of("text"), List.of(1))))
                .isInstanceOf(ErrorType.class)
                .hasMessageContaining("not an integer");
    }

    @Test
    void readsAReplyValueByValueAndNamesTheScriptWhereItIsTooShort() {
        LuaScript script = LuaScript.load(RedisConnectorIT.class, "reply-0");
        ScriptReply reply = Await.result(connector.run(script, List.of(), List.of()));

        assertThat(reply.word(ResponseType.class)).isEqualTo(ResponseType.BULK);
        assertThat(reply.integer()).isEqualTo(7);
        assertThat(reply.flag()).isTrue();
        assertThat(reply.textOrNull()).isNull();
        ScriptReply list = reply.list();
        assertThat(list.rest(ScriptReply::text)).containsExactly("a", "1");
        assertThat(list.more()).isFalse();
        assertThatThrownBy(reply::integer)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("reply-0 has answered \"text\" where a number was due");
        assertThatThrownBy(reply::text)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("reply-0 has answered 6 values, and more were due");
    }

    @Test
    void failsWhatWasInFlightWhenTheConnectionBreaksAndConnectsAgain() throws Exception {
        RedisConnector patient = new RedisConnector(store.vertx(), store.url(), 15_000);
        long client = Await.result(patient.send(Command.CLIENT, "ID")).toLong();
        Future<?> blocked = patient.send(Command.BLPOP, "nothing", 0);
        Await.until(
                "the call waits in Redis",
                () -> store.send(Command.CLIENT, "LIST", "ID", client)
                        .toString()
                        .contains("cmd=blpop"));

        store.send(Command.CLIENT, "KILL", "ID", client);

        assertThat(Await.failure(blocked)).isInstanceOf(StoreUnavailableException.class);
        Await.until(
                "calls are answered again",
                () -> patient.send(Command.PING).map(true).otherwise(false).await());
        assertThat(Await.result(patient.send(Command.CLIENT, "ID")).toLong()).isNotEqualTo(client);
        Await.result(patient.close());
    }

    @Test
    void givesUpOnAFrozenRedisInTimeAndGoesOnWhenItAnswersAgain() throws Exception {
        long pid = store.pid();
        Await.result(connector.send(Command.SET, "a", "1"));

        RedisProcess.signal("STOP", pid);
        try {
            long began = System.nanoTime();
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                calls.add(connector.send(Command.INCR, "a"));
            }
            calls.forEach(call -> assertThat(Await.failure(call)).isInstanceOf(StoreUnavailableException.class));
            assertThat((System.nanoTime() - began) / 1_000_000).isBetween(TIMEOUT_MILLIS - 50L, TIMEOUT_MILLIS * 5L);
        } finally {
            RedisProcess.signal("CONT", pid);
        }

        Await.until(
                "calls are answered again",
                () -> connector.send(Command.PING).map(true).otherwise(false).await());
        // The outcome of a call without an answer is unknown; these happened.
        assertThat(Await.result(connector.send(Command.GET, "a")).toInteger()).isEqualTo(51);
    }

    @Test
    void connectsToARedisThatWasFrozenWhenItWasFirstAsked() throws Exception {
        long pid = store.pid();
        RedisProcess.signal("STOP", pid);
        try {
            assertThat(Await.failure(connector.send(Command.PING))).isInstanceOf(StoreUnavailableException.class);
        } finally {
            RedisProcess.signal("CONT", pid);
        }

        Await.until(
                "calls are answered",
                () -> connector.send(Command.PING).map(true).otherwise(false).await());
    }

    @Test
    void dropsAConnectionThatNothingIsHeardOverAnyMore() throws Exception {
        try (StallingProxy proxy = new StallingProxy(store.vertx(), store.url())) {
            RedisConnector far = new RedisConnector(store.vertx(), proxy.url(), TIMEOUT_MILLIS);
            Await.result(far.ping());
            proxy.stall();

            for (int i = 0; i < 3; i++) {
                assertThat(Await.failure(far.ping())).isInstanceOf(StoreUnavailableException.class);
            }

            Await.result(far.ping());
            Await.until("the old connection is closed", () -> proxy.open() == 1);
            assertThat(proxy.made()).isEqualTo(2);
            Await.result(far.close());
        }
    }

    @Test
    void dropsAConnectionThatIsNeverMade() throws Exception {
        try (StallingProxy proxy = new StallingProxy(store.vertx(), store.url())) {
            RedisConnector far = new RedisConnector(store.vertx(), proxy.url(), TIMEOUT_MILLIS);
            List<Future<?>> calls = new ArrayList<>();
            long pid = store.pid();
            RedisProcess.signal("STOP", pid);
            try {
                for (int i = 0; i < 3; i++) {
                    calls.add(far.ping());
                }
                Await.until("the connection is under way", () -> proxy.made() == 1);
                proxy.stall();
                calls.forEach(call -> assertThat(Await.failure(call)).isInstanceOf(StoreUnavailableException.class));
            } finally {
                RedisProcess.signal("CONT", pid);
            }

            Await.result(far.ping());
            Await.until("the old connection is closed", () -> proxy.open() == 1);
            Await.result(far.close());
        }
    }

    @Test
    void keepsAConnectionWhoseOtherCallsAreAnswered() {
        long client = Await.result(connector.send(Command.CLIENT, "ID")).toLong();
        for (int i = 0; i < 5; i++) {
            // Nothing is answered behind a call that blocks, so it is let go in time.
            Future<?> slow = connector.send(Command.BLPOP, "nothing", TIMEOUT_MILLIS * 1.5 / 1000);
            assertThat(Await.failure(slow)).isInstanceOf(StoreUnavailableException.class);
            Await.result(connector.ping());
        }
        assertThat(Await.result(connector.send(Command.CLIENT, "ID")).toLong()).isEqualTo(client);
    }

    @Test
    void failsWhereNobodyListens() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        RedisConnector nowhere = new RedisConnector(store.vertx(), "redis://127.0.0.1:" + free, TIMEOUT_MILLIS);

        assertThat(Await.failure(nowhere.send(Command.PING)))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageStartingWith("Redis does not respond");
        Await.result(nowhere.close());
    }

    @Test
    void waitsForARedisThatLoadsItsData() {
        NetServer loading = Await.result(store.vertx()
                .createNetServer()
                .connectHandler(socket ->
                        socket.handler(call -> socket.write("-LOADING Redis is loading the dataset in memory\r\n")))
                .listen(0, "127.0.0.1"));
        RedisConnector early =
                new RedisConnector(store.vertx(), "redis://127.0.0.1:" + loading.actualPort(), TIMEOUT_MILLIS);

        assertThat(Await.failure(early.send(Command.PING)))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("LOADING");
        Await.result(early.close());
        Await.result(loading.close());
    }

    @Test
    void failsOnceItIsClosed() {
        Await.result(connector.send(Command.PING));
        Await.result(connector.close());

        assertThat(Await.failure(connector.send(Command.PING))).isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void answersEachCallerOnItsOwnContext() {
        VertxInternal vertx = (VertxInternal) store.vertx();
        List<Future<Boolean>> answers = new ArrayList<>();
        for (int caller = 0; caller < 4; caller++) {
            Context own = vertx.createEventLoopContext();
            Promise<Boolean> answer = Promise.promise();
            answers.add(answer.future());
            own.runOnContext(run ->
                    connector.send(Command.PING).onComplete(done -> answer.complete(Vertx.currentContext() == own)));
        }

        answers.forEach(answer -> assertThat(Await.result(answer)).isTrue());
    }
}
