package dev.rowhound.bench;

import dev.rowhound.Folders;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Compares event delivery with nchan and better-sse. One process, the same for all servers, holds many watchers of one
 * event stream. The servers run one after the other.
 */
final class DeliveryBench implements AutoCloseable {
    private static final int EVENT_BYTES = 300;

    private static final double MAX_CONNECTION_KILOBYTES = 25;

    /** How long after the last event all events must have arrived. */
    private static final int GRACE_MILLIS = 1000;

    private static final int SETTLE_MILLIS = 1000;

    private final Bench.Options options;
    private final Path folder;
    private final List<Load> loads;
    private final int seconds;
    private final int leadMillis;
    private final Map<Load, Figures> besideNchan = new LinkedHashMap<>();
    private final Map<Load, Figures> besideSse = new LinkedHashMap<>();
    private final Map<DeliveryServer, Double> initialKilobytes = new HashMap<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private BenchRedis redis;
    private Side client;
    private DeliveryServer own;
    private DeliveryServer nchan;
    private DeliveryServer sse;

    private DeliveryBench(Bench.Options options) throws IOException {
        this.options = options;
        this.folder = Files.createDirectories(Path.of(
                        "target",
                        "bench",
                        String.valueOf(ProcessHandle.current().pid()))
                .toAbsolutePath());
        this.loads = options.quick()
                ? List.of(new Load(100, 50, 1), new Load(500, 20, 1.5), new Load(1000, 10, 1.5))
                : List.of(new Load(1000, 50, 1), new Load(5000, 20, 1.5), new Load(10_000, 10, 1.5));
        this.seconds = options.quick() ? 2 : 10;
        this.leadMillis = options.quick() ? 500 : 2000;
        for (Load load : loads) {
            besideNchan.put(load, new Figures(load, true));
            besideSse.put(load, new Figures(load, false));
        }
    }

    /**
     * A number of watchers and of events per second.
     *
     * @param processorBound the maximum ratio of CPU time per delivery to nchan's
     */
    private record Load(int watchers, int hz, double processorBound) {
        @Override
        public String toString() {
            return watchers + "x" + hz + "hz";
        }
    }

    /** The result of a turn: milliseconds, a fraction, CPU seconds per million deliveries, kilobytes per connection. */
    private record Turn(double p50, double p99, double delivered, double processor, double redis, double kilobytes) {}

    /** The figures of a load. */
    private static final class Figures {
        final Figure p50;
        final Figure p99;
        final Figure delivered;
        final Figure processor;
        final Figure redis;
        final Figure kilobytes;

        /** @param goals whether the figures have goals or are only informative */
        Figures(Load load, boolean goals) {
            p50 = new Figure("p50_" + load, "ms", Figure.Goal.NONE, 0);
            p99 = new Figure("p99_" + load, "ms", goals ? Figure.Goal.AT_MOST : Figure.Goal.NONE, 1);
            delivered =
                    new Figure("delivered_" + load, "of load", goals ? Figure.Goal.OWN_AT_LEAST : Figure.Goal.NONE, 1);
            processor = new Figure(
                    "processor_" + load, "s/M", goals ? Figure.Goal.AT_MOST : Figure.Goal.NONE, load.processorBound());
            redis = new Figure("redis_processor_" + load, "s/M", Figure.Goal.NONE, 0);
            kilobytes = new Figure(
                    "memory_" + load,
                    "KB",
                    goals ? Figure.Goal.OWN_AT_MOST : Figure.Goal.NONE,
                    MAX_CONNECTION_KILOBYTES);
        }

        void add(Turn mine, Turn other) {
            p50.add(mine.p50(), other.p50());
            p99.add(mine.p99(), other.p99());
            delivered.add(mine.delivered(), other.delivered());
            processor.add(mine.processor(), other.processor());
            redis.add(mine.redis());
            kilobytes.add(mine.kilobytes(), other.kilobytes());
        }

        /** All figures; includes memory only if the connections outweigh the memory of an idle server. */
        List<Figure> all(boolean memory) {
            return memory
                    ? List.of(p50, p99, delivered, processor, redis, kilobytes)
                    : List.of(p50, p99, delivered, processor, redis);
        }
    }

    static Report run(Bench.Options options) throws Exception {
        DeliveryBench bench = new DeliveryBench(options);
        // Ends the child processes however this process exits.
        Runtime.getRuntime().addShutdownHook(new Thread(bench::close, "closing"));
        bench.start();
        bench.rounds();
        return bench.report();
    }

    private void start() throws Exception {
        nchan = opened(Nchan.start(folder.resolve("nginx")));
        redis = opened(new BenchRedis(folder, options.fsync()));
        client = opened(Side.start("client", folder, java("-Xmx256m", DeliveryClient.class)));
        List<String> command = java("-Xmx1g", DeliverySide.class);
        command.add(redis.url());
        command.add(folder.resolve("node").toString());
        own = DeliveryServer.of(opened(Side.start("rowhound", folder, command)));
        startSse();
    }

    private void startSse() throws Exception {
        sse = DeliveryServer.of(opened(Side.start(
                "better-sse",
                options.peers(),
                List.of(
                        "node",
                        Path.of("bench/delivery/peer.js").toAbsolutePath().toString()))));
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.add(part);
        return part;
    }

    private static List<String> java(String memory, Class<?> main) {
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .reduce((all, entry) -> all + File.pathSeparator + entry)
                .orElseThrow();
        return new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                memory,
                "-Drowhound.home=" + System.getProperty("rowhound.home"),
                "-Drowhound.log.level=warn",
                "-Dlogback.configurationFile=logback.xml",
                "-cp",
                classPath,
                main.getName()));
    }

    private void rounds() throws Exception {
        for (int round = 0; round <= options.rounds(); round++) {
            for (Load load : loads) {
                String name = (round == 0 ? "Warm-up" : "Round " + round + " of " + options.rounds()) + ", " + load;
                Turn mine = turn(name + ", rowhound", own, load);
                Turn theirs = turn(name + ", nchan", nchan, load);
                if (round > 0) {
                    besideNchan.get(load).add(mine, theirs);
                }
                try {
                    Turn others = turn(name + ", better-sse", sse, load);
                    if (round > 0) {
                        besideSse.get(load).add(mine, others);
                    }
                } catch (IOException e) {
                    // better-sse buffers without a limit what its watchers do not read, until memory is exhausted.
                    System.err.println(name + ": " + e.getMessage());
                    lost.add(name);
                    client.call(request("close"));
                    startSse();
                }
            }
        }
    }

    private Turn turn(String name, DeliveryServer server, Load load) throws Exception {
        String path = server.prepare();
        double before = initialKilobytes.computeIfAbsent(server, DeliveryBench::residentKilobytes);
        client.call(
                request("connect").put("port", server.port()).put("path", path).put("watchers", load.watchers()));
        TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
        server.publish(load.hz(), EVENT_BYTES);
        TimeUnit.MILLISECONDS.sleep(leadMillis);
        double processor = server.tree().processorSeconds();
        double store = redis.processorSeconds();
        client.call(request("begin"));
        TimeUnit.SECONDS.sleep(seconds);
        JsonObject measured = client.call(request("end"));
        processor = server.tree().processorSeconds() - processor;
        store = redis.processorSeconds() - store;
        long offered = server.stop() * load.watchers();
        TimeUnit.MILLISECONDS.sleep(GRACE_MILLIS);
        JsonObject total = client.call(request("total"));
        double after = server.tree().residentKilobytes();
        client.call(request("close"));
        TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
        double millions = measured.getLong("received") / 1e6;
        // 1 if all events have arrived in the end. Otherwise the rate during the measurement counts as well, because a
        // lagging server is cut off at the end.
        double delivered = total.getLong("received") == offered
                ? 1
                : Math.min(
                        total.getLong("received") / (double) offered,
                        millions * 1e6 / (measured.getDouble("seconds") * load.hz() * load.watchers()));
        Turn turn = new Turn(
                measured.getDouble("p50"),
                measured.getDouble("p99"),
                delivered,
                processor / millions,
                store / millions,
                (after - before) / load.watchers());
        System.err.printf(
                "%s: p50 %.1f ms, p99 %.1f, delivered %.4f, %.2f s/M (Redis %.2f), %.1f KB%s%n",
                name,
                turn.p50(),
                turn.p99(),
                turn.delivered(),
                turn.processor(),
                turn.redis(),
                turn.kilobytes(),
                total.getLong("disordered") + total.getLong("cut") == 0 ? "" : " " + total);
        return turn;
    }

    private static double residentKilobytes(DeliveryServer server) {
        try {
            return server.tree().residentKilobytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonObject request(String operation) {
        return new JsonObject().put("op", operation);
    }

    private Report report() throws Exception {
        JsonObject manifest =
                new JsonObject(Files.readString(options.peers().resolve("node_modules/better-sse/package.json")));
        List<String> conditions = new ArrayList<>();
        conditions.add("One channel, events of %d bytes, %d s each; median and min-max of %d rounds after one warm-up"
                .formatted(EVENT_BYTES, seconds, options.rounds()));
        conditions.add("rowhound: " + redis.description());
        if (!lost.isEmpty()) {
            conditions.add("better-sse did not survive: " + String.join("; ", lost));
        }
        if (options.quick()) {
            conditions.add("Small sizes: these figures show that the bench runs, no more");
        }
        Report beside =
                new Report("delivery", "better-sse " + manifest.getString("version"), List.of(), all(besideSse));
        return new Report("delivery", "nchan", conditions, all(besideNchan), List.of(beside));
    }

    private List<Figure> all(Map<Load, Figures> figures) {
        Load largest = loads.get(loads.size() - 1);
        return loads.stream()
                .flatMap(load -> figures.get(load).all(load == largest).stream())
                .filter(figure -> !figure.own().isEmpty())
                .toList();
    }

    @Override
    public void close() {
        for (int i = open.size() - 1; i >= 0; i--) {
            try {
                open.get(i).close();
            } catch (Exception e) {
                System.err.println("bench/run: " + e.getMessage());
            }
        }
        try {
            Folders.delete(folder);
        } catch (IOException | UncheckedIOException e) {
            System.err.println("bench/run: " + folder + " could not be removed: " + e.getMessage());
        }
    }
}
