package dev.rowhound.bench;

import dev.rowhound.config.ConfigLoader;
import dev.rowhound.config.Problems;
import dev.rowhound.http.Form;
import dev.rowhound.job.ItemContext;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.Processor;
import dev.rowhound.node.Node;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The project's process in the queue benchmark. Runs complete nodes with the shipped configuration and recipe, and a
 * processor that does nothing. Uses the protocol of {@link Side}. No node runs between two requests.
 */
public final class NodeSide {
    private static final int SLOTS = 50;
    private static final int POLL_MILLIS = 50;
    private static final int SETTLE_MILLIS = 500;
    private static final Duration MAX_COMPACTION_TIME = Duration.ofMinutes(2);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String redis;
    private final Path data;
    private String job = "";

    private NodeSide(String redis, Path data) {
        this.redis = redis;
        this.data = data;
    }

    /** Runs with the URL of Redis and the data folder of the nodes as arguments. */
    public static void main(String[] args) throws IOException {
        PrintStream responses = System.out;
        // Standard output carries only responses.
        System.setOut(System.err);
        NodeSide side = new NodeSide(args[0], Path.of(args[1]));
        ExecutorService thread = Executors.newSingleThreadExecutor();
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            JsonObject request = new JsonObject(line);
            thread.execute(() -> {
                responses.println(side.handle(request).encode());
                responses.flush();
            });
        }
        // The caller has ended, so requests that still run are useless.
        Runtime.getRuntime().halt(0);
    }

    private JsonObject handle(JsonObject request) {
        try {
            return switch (request.getString("op")) {
                case "fill" -> fill(Path.of(request.getString("csv")), request.getInteger("rows"));
                case "work" -> work(request.getInteger("rows"));
                default -> new JsonObject().put("error", "this is unknown");
            };
        } catch (Exception e) {
            e.printStackTrace();
            return new JsonObject().put("error", e.toString());
        }
    }

    /** Uploads a file over HTTP and measures the time from the first byte to the response. */
    private JsonObject fill(Path csv, int rows) throws Exception {
        Node node = start("web");
        try {
            HttpRequest upload = HttpRequest.newBuilder(URI.create(node.address() + "/api/v1/jobs"))
                    .header("Content-Type", Form.CONTENT_TYPE)
                    .POST(BodyPublishers.concat(
                            BodyPublishers.ofString(Form.head("companies")),
                            BodyPublishers.ofFile(csv),
                            BodyPublishers.ofString(Form.END)))
                    .build();
            long startNanos = System.nanoTime();
            HttpResponse<String> response = http.send(upload, BodyHandlers.ofString());
            double seconds = (System.nanoTime() - startNanos) / 1e9;
            expect(response.statusCode() == 202, "the upload was answered with " + response.body());
            job = new JsonObject(response.body()).getString("id");
            JsonObject snapshot = snapshot(node);
            expect(counter(snapshot, "waiting") == rows, rows + " rows should wait: " + snapshot);
            return new JsonObject().put("seconds", seconds);
        } finally {
            node.stop();
        }
    }

    /** Processes the job and measures the time from the start of its first item to its end, by Redis's clock. */
    private JsonObject work(int rows) throws Exception {
        Node node = start("web,worker");
        try {
            JsonObject snapshot = snapshot(node);
            while (!snapshot.getString("state").equals("completed")) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                snapshot = snapshot(node);
            }
            expect(counter(snapshot, "found") == rows, rows + " rows should be found: " + snapshot);
            // Each item has two events, and the job has more.
            long events = Long.parseLong(snapshot.getString("last_event").split("\\.")[0]);
            expect(events >= 2L * rows, "there are " + events + " events");
            Duration duration = Duration.between(
                    Instant.parse(snapshot.getString("started_at")), Instant.parse(snapshot.getString("ended_at")));
            return new JsonObject().put("seconds", duration.toMillis() / 1e3).put("compacted", awaitCompaction());
        } finally {
            node.stop();
        }
    }

    /** Waits until the node has moved the job's results out of Redis; false on timeout. */
    private boolean awaitCompaction() throws IOException, InterruptedException {
        Path files = data.resolve("artifacts").resolve(job);
        long deadline = System.nanoTime() + MAX_COMPACTION_TIME.toNanos();
        while (System.nanoTime() - deadline < 0) {
            try (Stream<Path> names = Files.list(files)) {
                if (names.anyMatch(name -> name.toString().endsWith(".seg"))) {
                    // The node deletes the results from Redis after the file exists.
                    Thread.sleep(SETTLE_MILLIS);
                    return true;
                }
            } catch (NoSuchFileException e) {
                // Nothing has been written yet.
            }
            Thread.sleep(POLL_MILLIS);
        }
        return false;
    }

    private Node start(String roles) throws Exception {
        return start(roles, redis, data, SLOTS, Idle::new);
    }

    /** Starts a node in this process, with the shipped configuration and recipes. */
    static Node start(String roles, String redis, Path data, int slots, Supplier<Processor> processors)
            throws Exception {
        Path home = Path.of(System.getProperty("rowhound.home", ".")).toAbsolutePath();
        Map<String, String> flags = new LinkedHashMap<>();
        flags.put("roles", roles);
        flags.put("data", data.toString());
        flags.put("recipes", home.resolve("conf/recipes").toString());
        flags.put("http.port", "0");
        flags.put("management.port", String.valueOf(freePort()));
        flags.put("redis.url", redis);
        flags.put("queue.compact_after_seconds", "0");
        flags.put("worker.slots", String.valueOf(slots));
        Problems problems = new Problems("the bench's configuration");
        JsonObject config = ConfigLoader.load(home, null, Map.of(), flags, problems);
        problems.throwIfAny();
        return Node.start(config, home, processors);
    }

    /** Returns the row's name, like the peer's processor. */
    private static final class Idle implements Processor {
        @Override
        public ItemResult process(ItemInput input, ItemContext context) {
            return ItemResult.found(new JsonObject().put("name", input.columns().get("name")));
        }

        @Override
        public void abort() {}

        @Override
        public void close() {}
    }

    private JsonObject snapshot(Node node) throws Exception {
        URI uri = URI.create(node.address() + "/api/v1/jobs/" + job);
        HttpResponse<String> response = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
        expect(response.statusCode() == 200, "the job's snapshot was answered with " + response.body());
        return new JsonObject(response.body());
    }

    private static int counter(JsonObject snapshot, String state) {
        return snapshot.getJsonObject("counters").getInteger(state);
    }

    private static void expect(boolean condition, String message) {
        if (!condition) {
            throw new IllegalStateException(message);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
