package dev.rowhound.bench;

import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Compares the queue with BullMQ: stores rows, processes them with a processor that does nothing, keeps the results,
 * and accepts a large file. The sides take turns on one Redis, which is reset before each turn.
 */
final class QueueBench implements AutoCloseable {
    /** The length of a row, a tax code and a company's name, in the file to process. */
    private static final int ROW_BYTES = 61;

    private static final int LARGE_ROW_BYTES = 50;

    private final Figure throughput = new Figure("items_per_second", "items/s", Figure.Goal.AT_LEAST, 2);
    private final Figure withProgress =
            new Figure("items_per_second_with_progress", "items/s", Figure.Goal.AT_LEAST, 2);
    private final Figure waiting = new Figure("memory_per_waiting_row", "bytes", Figure.Goal.AT_MOST, 1 / 30.0);
    private final Figure finished = new Figure("memory_per_finished_row", "bytes", Figure.Goal.AT_MOST, 1 / 5.0);
    private final Figure accept = new Figure("accept_million_rows", "s", Figure.Goal.AT_MOST, 1 / 10.0);
    private final Figure redisTime = new Figure("redis_processor_time", "µs/item", Figure.Goal.NONE, 0);
    private final Figure workerTime = new Figure("worker_processor_time", "µs/item", Figure.Goal.NONE, 0);

    private final Bench.Options options;
    private final Path folder;
    private final int rows;
    private final int largeRows;
    private BenchRedis redis;
    private Side own;
    private Side peer;
    private boolean compacted = true;

    private QueueBench(Bench.Options options) throws IOException {
        this.options = options;
        this.folder = Files.createDirectories(Path.of(
                        "target",
                        "bench",
                        String.valueOf(ProcessHandle.current().pid()))
                .toAbsolutePath());
        this.rows = options.quick() ? 20_000 : 100_000;
        this.largeRows = options.quick() ? 100_000 : 1_000_000;
    }

    /** The result of a turn that processes rows. */
    private record Turn(
            double itemsPerSecond,
            double waitingBytes,
            double finishedBytes,
            double redisMicros,
            double workerMicros) {}

    static Report run(Bench.Options options) throws Exception {
        QueueBench bench = new QueueBench(options);
        // Ends the child processes however this process exits.
        Thread closing = new Thread(bench::close, "closing");
        Runtime.getRuntime().addShutdownHook(closing);
        bench.start();
        bench.rounds();
        return bench.report();
    }

    private void start() throws Exception {
        Path csv = csv("rows", rows, ROW_BYTES);
        Path large = csv("large", largeRows, LARGE_ROW_BYTES);
        System.err.printf(
                "Files: %,d rows of %,d bytes, %,d rows of %,d bytes%n",
                rows, Files.size(csv), largeRows, Files.size(large));
        redis = new BenchRedis(folder, options.fsync());
        own = Side.start(
                "rowhound",
                folder,
                List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx1g",
                        "-Drowhound.home=" + System.getProperty("rowhound.home"),
                        "-Drowhound.log.level=warn",
                        "-Dlogback.configurationFile=logback.xml",
                        "-cp",
                        absoluteClassPath(),
                        NodeSide.class.getName(),
                        redis.url(),
                        folder.resolve("node").toString()));
        peer = Side.start(
                "BullMQ",
                options.peers(),
                List.of("node", Path.of("bench/queue/peer.js").toAbsolutePath().toString(), redis.url()));
    }

    private static String absoluteClassPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .reduce((all, entry) -> all + File.pathSeparator + entry)
                .orElseThrow();
    }

    private Path csv(String name, int count, int bytes) throws IOException {
        Path file = folder.resolve(name + ".csv");
        CompanyFile.write(file, count, bytes);
        return file;
    }

    private void rounds() throws Exception {
        for (int round = 0; round <= options.rounds(); round++) {
            Turn ownTurn = work(own, false);
            Turn peerTurn = work(peer, false);
            Turn progressTurn = work(peer, true);
            double ownAccept = accept(own);
            double peerAccept = accept(peer);
            System.err.printf(
                    "%s: rowhound %,.0f items/s, BullMQ %,.0f, with progress %,.0f; %,d rows accepted in %.2f s, %.2f s%n",
                    round == 0 ? "Warm-up" : "Round " + round + " of " + options.rounds(),
                    ownTurn.itemsPerSecond(),
                    peerTurn.itemsPerSecond(),
                    progressTurn.itemsPerSecond(),
                    largeRows,
                    ownAccept,
                    peerAccept);
            if (round > 0) {
                throughput.add(ownTurn.itemsPerSecond(), peerTurn.itemsPerSecond());
                withProgress.add(ownTurn.itemsPerSecond(), progressTurn.itemsPerSecond());
                waiting.add(ownTurn.waitingBytes(), peerTurn.waitingBytes());
                finished.add(ownTurn.finishedBytes(), peerTurn.finishedBytes());
                accept.add(ownAccept, peerAccept);
                redisTime.add(ownTurn.redisMicros(), peerTurn.redisMicros());
                workerTime.add(ownTurn.workerMicros(), peerTurn.workerMicros());
            }
        }
    }

    /** Stores and processes the rows, and measures the memory of Redis before, between and after. */
    private Turn work(Side side, boolean progress) throws Exception {
        redis.reset();
        long empty = redis.memory();
        side.call(request("fill")
                .put("csv", folder.resolve("rows.csv").toString())
                .put("rows", rows));
        long filled = redis.memory();
        double redisBefore = redis.processorSeconds();
        double sideBefore = side.processorTime().toMillis() / 1e3;
        JsonObject response = side.call(request("work").put("rows", rows).put("progress", progress));
        double redisSeconds = redis.processorSeconds() - redisBefore;
        double sideSeconds = side.processorTime().toMillis() / 1e3 - sideBefore;
        compacted &= response.getBoolean("compacted", true);
        return new Turn(
                rows / response.getDouble("seconds"),
                (filled - empty) / (double) rows,
                (redis.memory() - empty) / (double) rows,
                redisSeconds / rows * 1e6,
                sideSeconds / rows * 1e6);
    }

    private double accept(Side side) throws Exception {
        redis.reset();
        return side.call(request("fill")
                        .put("csv", folder.resolve("large.csv").toString())
                        .put("rows", largeRows))
                .getDouble("seconds");
    }

    private static JsonObject request(String operation) {
        return new JsonObject().put("op", operation);
    }

    private Report report() throws Exception {
        JsonObject bullmq =
                new JsonObject(Files.readString(options.peers().resolve("node_modules/bullmq/package.json")));
        List<String> conditions = new ArrayList<>();
        conditions.add(redis.description() + ", the same for both; one worker process each, concurrency 50");
        conditions.add("%,d rows worked off, %,d rows accepted; median and min-max of %d rounds after one warm-up"
                .formatted(rows, largeRows, options.rounds()));
        conditions.add("The ratio is the project's median over the peer's");
        if (!compacted) {
            conditions.add("memory_per_finished_row: the project's finished job was not compacted");
        }
        if (options.quick()) {
            conditions.add("Small sizes: these figures show that the bench runs, no more");
        }
        return new Report(
                "queue",
                "BullMQ " + bullmq.getString("version"),
                conditions,
                List.of(throughput, withProgress, waiting, finished, accept, redisTime, workerTime));
    }

    @Override
    public void close() {
        try {
            for (Side side : new Side[] {own, peer}) {
                if (side != null) {
                    side.close();
                }
            }
            if (redis != null) {
                redis.close();
            }
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            System.err.println("bench/run: " + folder + " could not be removed: " + e.getMessage());
        }
    }
}
