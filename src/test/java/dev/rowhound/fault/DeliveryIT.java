package dev.rowhound.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.edge.EdgeSimulator;
import dev.rowhound.fault.Ending.Via;
import io.vertx.core.Future;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * A watcher of a job gets the job's events, 1 to N and byte for byte, whichever protocol it speaks and whatever
 * becomes of the nodes and of Redis. The nodes share no event bus, so that it is the log alone that they are held to;
 * with {@code -Drowhound.fault.bus=true} they do. The seed is printed; {@code -Drowhound.fault.seed} repeats one.
 */
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeliveryIT {
    private static final Path BUILD = Path.of(System.getProperty("rowhound.build", "target"));
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** How long a stream may go on after its node was asked to end. */
    private static final long END_MILLIS = 2000;

    /** What a resume is tried with at once. */
    private static final int RESUMES = 60;

    private final long seed = Long.getLong("rowhound.fault.seed", System.currentTimeMillis() % 1_000_000);
    private final Random random = new Random(seed);
    private final List<LiveWatcher> watchers = new ArrayList<>();
    private Cluster cluster;
    private LiveWatcher.Clients clients;

    @BeforeAll
    void start() throws Exception {
        System.out.println("DeliveryIT: seed " + seed);
        boolean bus = Boolean.getBoolean("rowhound.fault.bus");
        cluster = Cluster.start(BUILD.resolve("delivery").resolve("cluster-" + seed), seed, null, bus);
        clients = new LiveWatcher.Clients();
    }

    @AfterAll
    void stop() throws Exception {
        if (clients != null) {
            clients.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @AfterEach
    void leave() throws Exception {
        watchers.forEach(LiveWatcher::close);
        watchers.clear();
        cluster.awaitNodes();
    }

    private String upload(Kind kind, int rows) throws Exception {
        String keys =
                IntStream.rangeClosed(1, rows).mapToObj(kind::key).collect(Collectors.joining("\n", "key\n", "\n"));
        return upload(keys.getBytes(StandardCharsets.UTF_8));
    }

    private String upload(byte[] file) throws Exception {
        NodeApi.Answer answer = NodeApi.upload(
                cluster.anyNode(random), NodeApi.JOBS, UUID.randomUUID().toString(), file);
        assertThat(answer.status()).isEqualTo(202);
        return answer.json().getString("id");
    }

    /** Mostly slow rows, so that three nodes make about 45 events a second of them, with some of each other kind. */
    private byte[] mixed(int rows) {
        return Sheet.make(random, rows, 850, 0).csv();
    }

    private List<LiveWatcher> watch(String job, int number, BiFunction<Random, String, URI> nodes) {
        List<LiveWatcher> added = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            Via via = Via.values()[i % Via.values().length];
            added.add(new LiveWatcher(clients, via, job, "0", random.nextLong(1_000_000), nodes));
        }
        watchers.addAll(added);
        return added;
    }

    private static int leastApplied(List<LiveWatcher> watchers) {
        return watchers.stream()
                .mapToInt(watcher -> watcher.log().applied())
                .min()
                .orElse(0);
    }

    private static void awaitEvents(List<LiveWatcher> watchers, int events) throws Exception {
        Await.until(events + " events at each watcher", PATIENCE, () -> leastApplied(watchers) >= events);
    }

    /** Waits until each watcher is told that nothing will follow, and holds its log against the stream. */
    private JobStream assertWhole(String job, List<LiveWatcher> watchers) throws Exception {
        Future.all(watchers.stream().map(LiveWatcher::again).toList())
                .toCompletionStage()
                .toCompletableFuture()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        Await.until(
                "every watcher is told of the end",
                PATIENCE,
                () -> watchers.stream().allMatch(LiveWatcher::ended));
        JobStream truth = JobStream.read(cluster.redis(), cluster.anyNode(random), job);
        List<String> wrong = watchers.stream()
                .flatMap(watcher -> watcher.log().against(truth).stream())
                .toList();
        assertThat(wrong).as("seed " + seed).isEmpty();
        return truth;
    }

    private static long resets(List<LiveWatcher> watchers) {
        return watchers.stream().mapToInt(watcher -> watcher.log().resets()).sum();
    }

    private static int connections(List<LiveWatcher> watchers) {
        return watchers.stream().mapToInt(watcher -> watcher.endings().size()).sum();
    }

    @Test
    void everyLogIsTheStreamThoughNodesAreKilled() throws Exception {
        String job = upload(mixed(180));
        List<LiveWatcher> all = watch(job, 60, cluster::otherNode);
        awaitEvents(all, 60);
        cluster.nodes().get(0).kill();
        awaitEvents(all, 140);
        cluster.nodes().get(1).terminate();
        JobStream truth = assertWhole(job, all);
        assertThat(resets(all)).isZero();
        assertThat(connections(all)).isGreaterThan(all.size() / 3);
        System.out.println(
                "DeliveryIT: " + all.size() + " watchers have " + truth.events().size() + " events each");
    }

    @Test
    @Tag("full")
    void everyLogIsTheStreamThoughNodesAreKilledAgainAndAgain() throws Exception {
        String job = upload(mixed(2500));
        List<LiveWatcher> all = watch(job, 500, cluster::otherNode);
        long began = System.nanoTime();
        for (int i = 0; !all.stream().allMatch(LiveWatcher::ended); i++) {
            Thread.sleep(2000 + random.nextInt(4000));
            NodeProcess node = cluster.nodes().get(random.nextInt(3));
            if (node.alive() && i < 30) {
                if (random.nextInt(4) == 0) {
                    node.terminate();
                } else {
                    node.kill();
                }
            }
        }
        long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
        JobStream truth = assertWhole(job, all);
        assertThat(resets(all)).isZero();
        System.out.println("DeliveryIT: " + all.size() + " watchers have "
                + truth.events().size() + " events each after " + seconds + " s and " + connections(all) + " cuts");
    }

    @Test
    void someCursorsAreContinuedOnEveryNode() throws Exception {
        resume(60, 12);
    }

    @Test
    @Tag("full")
    void everyCursorIsContinuedOnEveryNode() throws Exception {
        resume(150, Integer.MAX_VALUE);
    }

    private void resume(int rows, int most) throws Exception {
        String job = upload(Kind.FOUND, rows);
        JobStream truth = assertWhole(job, watch(job, 1, cluster::otherNode));
        List<String> cursors = new ArrayList<>(truth.ids());
        cursors.add(0, "0");
        String last = cursors.get(cursors.size() - 1);
        if (most < cursors.size()) {
            Collections.shuffle(cursors, random);
            cursors = new ArrayList<>(cursors.subList(0, most));
            cursors.add(last);
        }
        List<LiveWatcher> resuming = new ArrayList<>();
        for (String cursor : cursors) {
            for (NodeProcess node : cluster.nodes()) {
                URI address = node.address();
                for (Via via : Via.values()) {
                    resuming.add(
                            new LiveWatcher(clients, via, job, cursor, resuming.size(), (dice, before) -> address));
                }
            }
            if (resuming.size() >= RESUMES || cursor.equals(last)) {
                watchers.addAll(resuming);
                Await.until(
                        "every watcher is told of the end",
                        PATIENCE,
                        () -> resuming.stream().allMatch(LiveWatcher::ended));
                for (LiveWatcher watcher : resuming) {
                    assertThat(watcher.log().against(truth)).isEmpty();
                    assertThat(watcher.log().resets()).isZero();
                    watcher.close();
                }
                resuming.clear();
            }
        }
        assertThat(resuming).isEmpty();
    }

    @Test
    void aWatcherThatSawWhatRedisHasLostGetsAReset() throws Exception {
        rollBack(150, 24, 2);
    }

    @Test
    @Tag("full")
    void aWatcherThatSawWhatRedisHasLostGetsAResetAgainAndAgain() throws Exception {
        rollBack(1200, 150, 12);
    }

    private void rollBack(int rows, int number, int times) throws Exception {
        String job = upload(mixed(rows));
        List<LiveWatcher> all = watch(job, number, cluster::otherNode);
        for (int i = 1; i <= times; i++) {
            awaitEvents(all, i * 60);
            // What is to be lost must be behind what was acknowledged to the uploader.
            cluster.redis().awaitLogged();
            long before = cluster.redis().logLength();
            int seen = leastApplied(all);
            awaitEvents(all, seen + 20);
            long tail = cluster.redis().logLength() - before;
            cluster.redis().kill();
            cluster.redis().cutLog(1 + (long) (tail * (0.3 + 0.7 * random.nextDouble())));
            cluster.redis().start();
        }
        JobStream truth = assertWhole(job, all);
        assertThat(resets(all)).as("resets").isPositive();
        System.out.println("DeliveryIT: " + resets(all) + " resets at " + all.size() + " watchers of "
                + truth.events().size() + " events");
    }

    @Test
    void whateverAnEdgeDoesTheLogsAreTheStream() throws Exception {
        behindMeanEdge(120, 18);
    }

    @Test
    @Tag("full")
    void whateverAnEdgeDoesForLongTheLogsAreTheStream() throws Exception {
        behindMeanEdge(1500, 120);
    }

    /** Connections are cut by bytes, by silence and by resets, swallowed, and answered with 502 and 524. */
    private void behindMeanEdge(int rows, int number) throws Exception {
        int[] ports = new int[cluster.nodes().size()];
        for (int i = 0; i < ports.length; i++) {
            ports[i] = cluster.nodes().get(i).address().getPort();
        }
        try (EdgeSimulator edge = EdgeSimulator.before(ports)) {
            edge.stripAccelBuffering(true).askForGzip(true).mean(seed);
            String job = upload(mixed(rows));
            List<LiveWatcher> all = watch(job, number, (dice, before) -> edge.address());
            awaitEvents(all, 50);
            edge.cutByReset(true).cutAll();
            awaitEvents(all, 100);
            JobStream truth = assertWhole(job, all);
            assertThat(resets(all)).isZero();
            assertThat(edge.faults()).isGreaterThan(number);
            System.out.println("DeliveryIT: " + number + " watchers have "
                    + truth.events().size() + " events each after " + edge.faults() + " faults of the edge");
        }
    }

    @Test
    void aNodeThatStopsSaysSoAndItsWatchersGoOnElsewhere() throws Exception {
        String job = upload(mixed(110));
        NodeProcess stopping = cluster.nodes().get(1);
        String authority = stopping.address().getAuthority();
        URI first = stopping.address();
        List<LiveWatcher> all =
                watch(job, 60, (dice, before) -> before.isEmpty() ? first : cluster.otherNode(dice, before));
        awaitEvents(all, 60);
        // Who was not answered yet is refused or reset, and tries another node.
        List<LiveWatcher> served = all.stream()
                .filter(watcher -> watcher.via() != Via.POLL)
                .filter(watcher -> watcher.connected() && watcher.node().equals(authority))
                .toList();
        assertThat(served).hasSizeGreaterThan(12);
        long asked = System.currentTimeMillis();
        stopping.terminate();
        assertWhole(job, all);
        assertThat(resets(all)).isZero();

        Set<Integer> retries = new HashSet<>();
        int streams = 0;
        long latest = 0;
        for (LiveWatcher watcher : served) {
            Ending ending = watcher.endings().stream()
                    .filter(each -> each.node().equals(authority) && each.millis() >= asked)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("its stream did not end"));
            assertThat(ending.clean()).as(ending.toString()).isTrue();
            assertThat(ending.millis() - asked).as(ending.toString()).isBetween(0L, END_MILLIS);
            latest = Math.max(latest, ending.millis() - asked);
            if (ending.via() == Via.SOCKET) {
                assertThat(ending.code()).isEqualTo(1012);
            } else {
                assertThat(ending.retry()).isBetween(100, 2100);
                retries.add(ending.retry() / 100);
                streams++;
            }
        }
        // Drawn from 2 s, these times fall into few tenths of a second once in many thousand runs.
        assertThat(streams).isGreaterThan(5);
        assertThat(retries).as("tenths of seconds of " + streams + " streams").hasSizeGreaterThan(streams / 4);
        System.out.println(
                "DeliveryIT: " + streams + " streams and the sockets have ended " + latest + " ms after SIGTERM");
    }
}
