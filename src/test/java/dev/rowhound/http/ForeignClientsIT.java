package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.TestNode;
import dev.rowhound.clients.ForeignClients;
import dev.rowhound.clients.ForeignClients.Client;
import dev.rowhound.edge.EdgeSimulator;
import io.vertx.redis.client.Command;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients of server-sent events and WebSockets as others have published them, used as they say, behind an edge that
 * cuts within events: what each hands over is 1 to N, without a hole and without a double.
 */
@Tag("full")
@Timeout(900)
class ForeignClientsIT {
    private static final int ROWS = 240;
    private static final int ROW_MILLIS = 250;

    /** Of the node, the nine clients and the slots that look rows up. */
    private static final int CLIENT_SECONDS = 400;

    /** So many times nine cuts, and more: each client is to meet a good number. */
    private static final int LEAST_CUTS = 90;

    private static final long SEED = 13;
    private static final String TYPES = "job.receiving,job.running,job.completed,item.started,item.ended";

    private static final Map<String, Client> CLIENTS = new LinkedHashMap<>();

    @Test
    void eachIsHandedEveryEventOnce() throws Exception {
        CLIENTS.put("npm eventsource", ForeignClients.node("eventsource.mjs"));
        CLIENTS.put("npm eventsource-client", ForeignClients.node("eventsource-client.mjs"));
        CLIENTS.put("npm @microsoft/fetch-event-source", ForeignClients.node("fetch-event-source.mjs"));
        CLIENTS.put("npm ws", ForeignClients.node("ws.mjs"));
        CLIENTS.put("PyPI httpx-sse", ForeignClients.python("httpx_sse_client.py"));
        CLIENTS.put("PyPI sseclient-py", ForeignClients.python("sseclient_py_client.py"));
        CLIENTS.put("PyPI websockets", ForeignClients.python("websockets_client.py"));
        CLIENTS.put("Go tmaxmax/go-sse", ForeignClients.go("go-sse", "github.com/tmaxmax/go-sse@v0.12.0"));
        CLIENTS.put("Go r3labs/sse", ForeignClients.go("r3labs-sse", "github.com/r3labs/sse/v2@v2.10.0"));

        StubProcessor stub = new StubProcessor().taking(ROW_MILLIS);
        ScheduledExecutorService scissors = Executors.newSingleThreadScheduledExecutor();
        ExecutorService programs = Executors.newCachedThreadPool();
        try (TestNode node = TestNode.start(Map.of("worker.slots", "2"), stub::processor);
                EdgeSimulator edge = EdgeSimulator.before(node.address().getPort())) {
            Api api = new Api(node);
            String job = api.upload(StubProcessor.form(ROWS)).json().getString("id");
            Random random = new Random(SEED);
            // Sockets are cut with all others now and then, as their bytes are not counted.
            var bytes = scissors.scheduleAtFixedRate(
                    () -> edge.cutAfterBytes(1500 + random.nextInt(6000)).cutByReset(random.nextBoolean()),
                    0,
                    100,
                    TimeUnit.MILLISECONDS);
            var all = scissors.scheduleAtFixedRate(edge::cutAll, 3, 3, TimeUnit.SECONDS);
            Map<String, Future<List<String>>> logs = new LinkedHashMap<>();
            String base = edge.address().toString();
            CLIENTS.forEach((name, client) ->
                    logs.put(name, programs.submit(() -> client.run(CLIENT_SECONDS, base, job, TYPES))));
            SoftAssertions each = new SoftAssertions();
            for (Map.Entry<String, Future<List<String>>> log : logs.entrySet()) {
                each.check(() -> assertThat(numbers(log.getValue()))
                        .as(log.getKey())
                        .isEqualTo(LongStream.rangeClosed(1, events(node, job))
                                .mapToObj(Long::toString)
                                .toList()));
            }
            bytes.cancel(false);
            all.cancel(false);
            each.assertAll();
            assertThat(edge.faults()).isGreaterThan(LEAST_CUTS);
        } finally {
            scissors.shutdownNow();
            programs.shutdownNow();
            assertThat(programs.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    private static List<String> numbers(Future<List<String>> log) throws InterruptedException {
        try {
            return log.get();
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }

    private static long events(TestNode node, String job) throws Exception {
        return node.send(Command.XLEN, "{j:" + job + "}:ev").toLong();
    }
}
