package dev.rowhound.bench;

import dev.rowhound.http.Form;
import dev.rowhound.job.ItemContext;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.Processor;
import dev.rowhound.node.Node;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Measures how long the one-row jobs of a user take while another user has many jobs. The processor takes a fixed time
 * per item; jobs are uploaded over HTTP, the one-row jobs one after the other. The unit of time is the duration of an
 * item.
 */
final class FairnessBench implements AutoCloseable {
    private static final int ROWS = 10;
    private static final int ROW_BYTES = 61;
    private static final int MAX_CONCURRENT_UPLOADS = 6;
    private static final int TIMEOUT_SECONDS = 120;

    private final Bench.Options options;
    private final Path folder;
    private final List<Load> loads;
    private final int newcomers;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, CompletableFuture<Long>> ended = new ConcurrentHashMap<>();
    private BenchRedis redis;

    private FairnessBench(Bench.Options options) throws IOException {
        this.options = options;
        this.folder = Files.createDirectories(Path.of(
                        "target",
                        "bench",
                        String.valueOf(ProcessHandle.current().pid()))
                .toAbsolutePath());
        this.newcomers = options.quick() ? 5 : 20;
        this.loads = options.quick()
                ? List.of(new Load(60, 2, 100), new Load(1000, 2, 50))
                : List.of(new Load(60, 2, 500), new Load(1000, 2, 100), new Load(10_000, 4, 50));
    }

    /** The open jobs of one user, the slots that process them, and the duration of each item. */
    private record Load(int jobs, int slots, int itemMillis, Figure worst, Figure median) {
        Load(int jobs, int slots, int itemMillis) {
            this(
                    jobs,
                    slots,
                    itemMillis,
                    // The running items end, then the newcomer's item; one more turn of the other user is allowed.
                    new Figure("worst_beside_" + jobs + "_jobs", "items", Figure.Goal.OWN_AT_MOST, slots + 2),
                    new Figure("median_beside_" + jobs + "_jobs", "items", Figure.Goal.NONE, 0));
        }
    }

    static Report run(Bench.Options options) throws Exception {
        FairnessBench bench = new FairnessBench(options);
        // Ends the child processes however this process exits.
        Runtime.getRuntime().addShutdownHook(new Thread(bench::close, "closing"));
        bench.redis = new BenchRedis(bench.folder, options.fsync());
        for (Load load : bench.loads) {
            for (int round = 0; round <= options.rounds(); round++) {
                bench.round(load, round);
            }
        }
        return bench.report();
    }

    private void round(Load load, int round) throws Exception {
        redis.reset();
        Path rows = folder.resolve("rows.csv");
        CompanyFile.write(rows, ROWS, ROW_BYTES);
        Node node = NodeSide.start("web,worker", redis.url(), folder.resolve("node"), load.slots(), () -> slow(load));
        List<Double> waits = new ArrayList<>();
        try {
            fill(node, load.jobs(), Files.readString(rows));
            for (int newcomer = 0; newcomer < newcomers; newcomer++) {
                waits.add(newcomer(node, Files.readAllLines(rows)) / load.itemMillis());
            }
        } finally {
            node.stop();
        }
        double worst = waits.stream().mapToDouble(wait -> wait).max().orElseThrow();
        System.err.printf(
                "%s beside %,d jobs: worst %.1f items of %d ms, median %.1f%n",
                round == 0 ? "Warm-up" : "Round " + round + " of " + options.rounds(),
                load.jobs(),
                worst,
                load.itemMillis(),
                Figure.median(waits));
        if (round > 0) {
            load.worst().add(worst);
            load.median().add(Figure.median(waits));
        }
    }

    private void fill(Node node, int jobs, String file) throws Exception {
        Semaphore uploadPermits = new Semaphore(MAX_CONCURRENT_UPLOADS);
        List<CompletableFuture<HttpResponse<String>>> uploads = new ArrayList<>();
        for (int job = 0; job < jobs; job++) {
            uploadPermits.acquire();
            uploads.add(http.sendAsync(upload(node, "an", file), BodyHandlers.ofString())
                    .whenComplete((response, error) -> uploadPermits.release()));
        }
        for (CompletableFuture<HttpResponse<String>> upload : uploads) {
            expectAccepted(upload.get());
        }
    }

    /** Uploads one row of another user. Returns the milliseconds from the first byte to the end of the item. */
    private double newcomer(Node node, List<String> lines) throws Exception {
        CompletableFuture<Long> end = new CompletableFuture<>();
        long startNanos = System.nanoTime();
        HttpResponse<String> response =
                http.send(upload(node, "binh", lines.get(0) + "\n" + lines.get(1) + "\n"), BodyHandlers.ofString());
        expectAccepted(response);
        String job = new JsonObject(response.body()).getString("id");
        CompletableFuture<Long> existing = ended.putIfAbsent(job, end);
        return ((existing == null ? end : existing).get(TIMEOUT_SECONDS, TimeUnit.SECONDS) - startNanos) / 1e6;
    }

    private static HttpRequest upload(Node node, String user, String file) {
        return HttpRequest.newBuilder(URI.create(node.address() + "/api/v1/jobs"))
                .header("Content-Type", Form.CONTENT_TYPE)
                .POST(Form.of("companies").field("user_id", user).file(file).publisher())
                .build();
    }

    private static void expectAccepted(HttpResponse<String> response) {
        if (response.statusCode() != 202) {
            throw new IllegalStateException("an upload was answered with " + response.body());
        }
    }

    /** A processor that takes the load's time for each item and records when the item ended. */
    private Processor slow(Load load) {
        return new Processor() {
            @Override
            public ItemResult process(ItemInput input, ItemContext context) throws Exception {
                TimeUnit.MILLISECONDS.sleep(load.itemMillis());
                ended.computeIfAbsent(input.job(), job -> new CompletableFuture<>())
                        .complete(System.nanoTime());
                return ItemResult.found(
                        new JsonObject().put("name", input.columns().get("name")));
            }

            @Override
            public void abort() {}

            @Override
            public void close() {}
        };
    }

    private Report report() throws Exception {
        List<String> conditions = new ArrayList<>();
        conditions.add(redis.description());
        loads.forEach(load -> conditions.add("%,d jobs of %d rows of one user, %d slots, %d ms an item"
                .formatted(load.jobs(), ROWS, load.slots(), load.itemMillis())));
        conditions.add("%d one-row jobs of another user a round, one after the other; median and min-max of %d rounds"
                .formatted(newcomers, options.rounds()));
        if (options.quick()) {
            conditions.add("Small sizes: these figures show that the bench runs, no more");
        }
        return new Report(
                "fairness",
                "",
                conditions,
                loads.stream()
                        .flatMap(load -> Stream.of(load.worst(), load.median()))
                        .toList());
    }

    @Override
    public void close() {
        if (redis != null) {
            redis.close();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            System.err.println("bench/run: " + folder + " could not be removed: " + e.getMessage());
        }
    }
}
