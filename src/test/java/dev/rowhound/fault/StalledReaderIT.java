package dev.rowhound.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.fault.Ending.Via;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Readers that do not read cost a node nothing that grows, hold nobody up, and are cut in the end. */
@Timeout(900)
class StalledReaderIT {
    private static final int STALLED = 20;
    private static final int READING = 6;
    /** What readers that stand still may cost in all, in bytes. */
    private static final long MOST_GROWTH = 20L << 20;

    /** The same where little goes by: what else changes in a heap weighs as much then. A queue a reader would be 200 MB. */
    private static final long MOST_GROWTH_AT_A_GLANCE = 40L << 20;

    private static final Duration PATIENCE = Duration.ofSeconds(400);
    private static final int MORE_TIME = 3;

    private final Path folder = Path.of(System.getProperty("rowhound.build", "target"))
            .resolve("stalled")
            .toAbsolutePath();
    private RedisServer redis;
    private NodeProcess node;

    @Test
    void readersThatStandStillCostLittle() throws Exception {
        stall(4_000, 25, MOST_GROWTH_AT_A_GLANCE);
    }

    @Test
    @Tag("full")
    void readersThatStandStillCostLittleHoweverMuchGoesBy() throws Exception {
        stall(40_000, 400, MOST_GROWTH);
    }

    /** A machine that is too busy cuts those who stand still before the rest has gone by: then they get more time. */
    private void stall(int rows, int stallSeconds, long mostGrowth) throws Exception {
        int seconds = stallSeconds;
        while (!stalls(rows, seconds, mostGrowth)) {
            seconds *= MORE_TIME;
            assertThat(seconds).as("seconds until a reader is cut").isLessThan((int) PATIENCE.toSeconds());
        }
    }

    private boolean stalls(int rows, int stallSeconds, long mostGrowth) throws Exception {
        if (Files.exists(folder)) {
            PathUtils.deleteDirectory(folder);
        }
        Path recipes = Files.createDirectories(folder.resolve("recipes"));
        Files.writeString(recipes.resolve("fault.json"), Sheet.recipe(Cluster.ATTEMPTS));
        redis = new RedisServer(folder.resolve("redis"), folder.resolve("bin"));
        redis.start();
        JsonObject config = Cluster.config(folder.resolve("node"), recipes, redis.port());
        config.getJsonObject("http").put("stall_seconds", stallSeconds);
        config.getJsonObject("worker").put("slots", 8);
        node = new NodeProcess(
                "node",
                folder.resolve("node"),
                System.getProperty("java.class.path"),
                config,
                folder.resolve("switches"),
                1);
        node.start();
        try (LiveWatcher.Clients clients = new LiveWatcher.Clients()) {
            Await.until("the node serves", Duration.ofSeconds(120), () -> node.address() != null);
            return run(clients, rows, stallSeconds, mostGrowth);
        } finally {
            node.kill();
            redis.close();
        }
    }

    /** Whether those who stand still were still there when the rest had gone by. */
    private boolean run(LiveWatcher.Clients clients, int rows, int stallSeconds, long mostGrowth) throws Exception {
        URI address = node.address();
        // The first job is for the classes and caches that any job needs.
        end(begin(clients, upload(1000)), 1000);
        List<LiveWatcher> alone = begin(clients, upload(rows / 2));
        awaitEvents(alone, rows / 2);
        long before = NodeHeap.used(node);
        long p99Alone = p99(end(alone, rows / 2));

        String job = upload(rows);
        List<LiveWatcher> reading = begin(clients, job);
        // They come late, so that each reads the log for itself and none has what it holds in common with others.
        awaitEvents(reading, rows);
        List<StalledReader> stalled = new ArrayList<>();
        long opened = System.nanoTime();
        for (int i = 0; i < STALLED; i++) {
            stalled.add(new StalledReader(address, job));
        }
        // Far more by then than the system keeps for them, and no time yet to cut them.
        awaitEvents(reading, rows * 7 / 4);
        long growth = NodeHeap.used(node) - before;
        long streams = streams();
        if (System.nanoTime() - opened > TimeUnit.SECONDS.toNanos(stallSeconds)) {
            reading.forEach(LiveWatcher::close);
            return false;
        }
        assertThat(streams).as("streams, those that stand still too").isGreaterThanOrEqualTo(STALLED);
        long beside = p99(end(reading, rows));
        Await.until("those who stand still are cut", Duration.ofSeconds(stallSeconds + 10L), () -> streams() == 0);
        for (StalledReader reader : stalled) {
            assertThat(reader.cut()).isTrue();
            reader.close();
        }

        System.out.println("StalledReaderIT: " + rows * (FakeProcessor.LARGE_CHARACTERS + 1000L) / (1 << 20)
                + " MB by " + STALLED + " readers, heap grown by " + growth / 1024 + " KB, p99 of the others " + beside
                + " ms, without them " + p99Alone + " ms");
        assertThat(growth).isLessThan(mostGrowth);
        // On a busy machine both vary by some factor; being held up by a stalled reader would be its whole time.
        assertThat(beside).isLessThan(Math.max(stallSeconds * 250L, p99Alone * 5));
        return true;
    }

    private String upload(int rows) throws Exception {
        String keys = IntStream.rangeClosed(1, rows)
                .mapToObj(Kind.LARGE::key)
                .collect(Collectors.joining("\n", "key\n", "\n"));
        NodeApi.Answer answer = NodeApi.upload(
                node.address(), NodeApi.JOBS, UUID.randomUUID().toString(), keys.getBytes(StandardCharsets.UTF_8));
        assertThat(answer.status()).isEqualTo(202);
        return answer.json().getString("id");
    }

    private long streams() throws Exception {
        return NodeApi.get(node.address(), "/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith("rowhound_streams "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static void awaitEvents(List<LiveWatcher> watchers, int events) throws Exception {
        Await.until(
                events + " events at each watcher",
                PATIENCE,
                () -> watchers.stream().allMatch(watcher -> watcher.log().applied() >= events));
    }

    private List<LiveWatcher> begin(LiveWatcher.Clients clients, String job) throws Exception {
        URI address = node.address();
        List<LiveWatcher> watchers = new ArrayList<>();
        for (int i = 0; i < READING; i++) {
            Via via = i % 2 == 0 ? Via.SSE : Via.SOCKET;
            watchers.add(new LiveWatcher(clients, via, job, "0", i, (dice, before) -> address));
        }
        return watchers;
    }

    /** Watches a job of so many rows to its end; the delays of its events. */
    private static List<Long> end(List<LiveWatcher> watchers, int rows) throws Exception {
        Await.until(
                "every watcher is told of the end",
                PATIENCE,
                () -> watchers.stream().allMatch(LiveWatcher::ended));
        List<Long> delays = new ArrayList<>();
        for (LiveWatcher watcher : watchers) {
            assertThat(watcher.log().applied()).isGreaterThan(2 * rows);
            assertThat(watcher.log().resets()).isZero();
            delays.addAll(watcher.log().delays());
            watcher.close();
        }
        return delays;
    }

    private static long p99(List<Long> delays) {
        return delays.stream().sorted().toList().get(delays.size() * 99 / 100);
    }
}
