package dev.rowhound.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.node.Node;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes on one event bus: one here that only serves, two others that work, and one here that shares their Redis but not
 * the bus.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterIT {
    /** Far below the sweep of 1 to 2 s by which a watcher finds what it was not told of. */
    private static final long TOLD_MILLIS = 300;

    private static final int SLOW_ROWS = 32;

    /** So many jobs more, of some seconds each, may pass until a node that was away is told in time again. */
    private static final int JOBS_TO_HEAR = 2;

    /** Those of the upload, which come while the watcher may not be there yet. */
    private static final int FIRST_EVENTS = 3;

    private final List<Integer> ports = new java.util.ArrayList<>();
    private Path folder;
    private Path recipes;
    private RedisServer redis;
    private Switches switches;
    private Node served;
    private Node apart;
    private NodeProcess first;
    private NodeProcess second;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        folder = temporary;
        recipes = Files.createDirectories(folder.resolve("recipes"));
        Files.writeString(recipes.resolve("fault.json"), Sheet.recipe(Cluster.ATTEMPTS));
        switches = new Switches(folder.resolve("switches"));
        redis = new RedisServer(folder.resolve("redis"), folder.resolve("bin"));
        redis.start();
        for (int i = 0; i < 4; i++) {
            ports.add(RedisServer.freePort());
        }
        first = process(1, "web", "worker");
        second = process(2, "web", "worker");
        // Who starts first is there for the others to join, which takes them less than starting all at once.
        first.start();
        apart = here("apart", config("apart", "web"));
        served = here("served", joined("served", 0, "web"));
        second.start();
        awaitMembers(served.address(), 3);
    }

    @AfterAll
    void stop() throws Exception {
        for (NodeProcess node : new NodeProcess[] {first, second}) {
            if (node != null) {
                node.kill();
            }
        }
        for (Node node : new Node[] {served, apart}) {
            if (node != null) {
                node.stop();
            }
        }
        redis.close();
    }

    private JsonObject config(String name, String... roles) {
        JsonObject config = Cluster.config(folder.resolve(name), recipes, redis.port());
        // Nodes that start side by side share two cores with all that runs beside this test.
        config.getJsonObject("redis").put("timeout_ms", 10_000);
        return config.put("roles", new JsonArray(List.of(roles)))
                .put("worker", new JsonObject().put("slots", 2).put("stop_ms", 3000));
    }

    private JsonObject joined(String name, int number, String... roles) {
        String members = ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
        return config(name, roles)
                .put(
                        "cluster",
                        new JsonObject()
                                .put("enabled", true)
                                .put("name", "test")
                                .put("port", ports.get(number))
                                .put("members", new JsonArray(List.of(members.split(",")))));
    }

    private Node here(String name, JsonObject config) throws Exception {
        return Node.start(config, Files.createDirectories(folder.resolve(name)), () -> new FakeProcessor(switches, 1));
    }

    private NodeProcess process(int number, String... roles) throws Exception {
        String name = "node-" + number;
        return new NodeProcess(
                name,
                folder.resolve(name),
                System.getProperty("java.class.path"),
                joined(name, number, roles),
                switches.folder(),
                number);
    }

    private static URI awaitServing(NodeProcess node) throws Exception {
        Await.until(node.name() + " serves", Duration.ofSeconds(60), () -> node.address() != null);
        return node.address();
    }

    /** Waits until a node is well and sees that many, itself among them. */
    private void awaitMembers(URI node, int members) throws Exception {
        AtomicReference<String> health = new AtomicReference<>();
        try {
            Await.until(members + " nodes", Duration.ofSeconds(60), () -> {
                NodeApi.Answer answer = NodeApi.get(node, "/health");
                health.set(answer.text());
                return answer.status() == 200 && members(answer) == members;
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; " + health + "\n" + first.logged() + second.logged(), e);
        }
    }

    private static int members(NodeApi.Answer health) {
        return health.json().getJsonArray("checks").stream()
                .map(JsonObject.class::cast)
                .filter(check -> check.getString("id").equals("event_bus"))
                .map(check -> check.getJsonObject("data").getInteger("members"))
                .findFirst()
                .orElse(-1);
    }

    /** Uploads a job of rows that take 400 ms each, so that its events come over some seconds. */
    private String upload() throws Exception {
        String keys = IntStream.rangeClosed(1, SLOW_ROWS)
                .mapToObj(Kind.SLOW::key)
                .collect(Collectors.joining("\n", "key\n", "\n"));
        NodeApi.Answer answer = NodeApi.upload(
                served.address(), NodeApi.JOBS, UUID.randomUUID().toString(), keys.getBytes(StandardCharsets.UTF_8));
        assertThat(answer.status()).isEqualTo(202);
        return answer.json().getString("id");
    }

    private static void assertWhole(TimedWatcher watcher) {
        List<Long> numbers = watcher.numbers();
        assertThat(numbers)
                .isEqualTo(LongStream.rangeClosed(1, numbers.size()).boxed().toList());
        assertThat(watcher.lastType()).isEqualTo("job.completed");
    }

    @Test
    void aWatcherIsToldOfOtherNodesWorkAndWithoutTheBusOnlyLater() throws Exception {
        awaitMembers(awaitServing(second), 3);
        String job = upload();
        TimedWatcher told = new TimedWatcher(served.address(), job);
        TimedWatcher untold = new TimedWatcher(apart.address(), job);
        told.awaitEnd(30);
        untold.awaitEnd(30);

        assertWhole(told);
        assertWhole(untold);
        assertThat(untold.numbers()).isEqualTo(told.numbers()).hasSizeGreaterThan(2 * SLOW_ROWS);
        long tolds = told.medianDelay(FIRST_EVENTS);
        long untolds = untold.medianDelay(FIRST_EVENTS);
        System.out.println("ClusterIT: told " + tolds + " ms, untold " + untolds + " ms");
        assertThat(tolds).isLessThan(TOLD_MILLIS);
        assertThat(untolds).isGreaterThan(tolds);
    }

    @Test
    void aNodeKilledAtWorkIsMissedByNobody() throws Exception {
        awaitMembers(awaitServing(second), 3);
        String job = upload();
        TimedWatcher watcher = new TimedWatcher(served.address(), job);
        Await.until("events", Duration.ofSeconds(20), () -> watcher.numbers().size() > SLOW_ROWS / 2);
        second.kill();
        awaitMembers(served.address(), 2);
        watcher.awaitEnd(30);

        assertWhole(watcher);
        assertThat(watcher.medianDelay(FIRST_EVENTS)).isLessThan(TOLD_MILLIS);
        assertThat(NodeApi.get(first.address(), "/health").status()).isEqualTo(200);
        second.start();
    }

    @Test
    void aNodeThatStopsAtWorkLeavesInOrder() throws Exception {
        awaitMembers(awaitServing(second), 3);
        String job = upload();
        TimedWatcher watcher = new TimedWatcher(served.address(), job);
        Await.until("events", Duration.ofSeconds(20), () -> watcher.numbers().size() > SLOW_ROWS / 2);
        long began = System.nanoTime();
        second.terminate();
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        // Within the time that look-ups may take to end, and what leaving takes.
        assertThat(took).isLessThan(Duration.ofSeconds(8));
        awaitMembers(served.address(), 2);
        watcher.awaitEnd(30);

        assertWhole(watcher);
        assertThat(watcher.medianDelay(FIRST_EVENTS)).isLessThan(TOLD_MILLIS);
        second.start();
    }

    /** It was expelled meanwhile, and does not know so when it wakes. */
    @Test
    @Tag("full")
    void aNodeThatWasFrozenHearsAgain() throws Exception {
        awaitMembers(awaitServing(second), 3);
        NodeProcess frozen = process(3, "web");
        frozen.start();
        try {
            awaitMembers(awaitServing(frozen), 4);
            frozen.freeze();
            awaitMembers(served.address(), 3);
            frozen.thaw();
            // It may still be told things for a moment, until the others have forgotten what it listens to;
            // BusHealthTest says when it must doubt itself. Here it has to find its way back.
            awaitMembers(frozen.address(), 4);

            long delay = delayAt(frozen);
            for (int more = 0; more < JOBS_TO_HEAR && delay >= TOLD_MILLIS; more++) {
                delay = delayAt(frozen);
            }
            assertThat(delay).isLessThan(TOLD_MILLIS);
        } finally {
            frozen.kill();
            awaitMembers(served.address(), 3);
        }
    }

    /** How late the events of a job come to a watcher at that node, which misses none of them. */
    private long delayAt(NodeProcess node) throws Exception {
        TimedWatcher watcher = new TimedWatcher(node.address(), upload());
        watcher.awaitEnd(30);
        assertWhole(watcher);
        return watcher.medianDelay(FIRST_EVENTS);
    }
}
