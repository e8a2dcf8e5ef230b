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
 * The project's side of the bench of the queue: whole nodes with the shipped configuration and recipe, and a processor
 * that does nothing. Speaks as {@link Side} says. Between two requests no node runs.
 */
public final class NodeSide {
    private static final int SLOTS = 50;
    private static final int POLL_MILLIS = 50;
    private static final int SETTLING_MILLIS = 500;
    private static final Duration COMPACTION = Duration.ofMinutes(2);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String redis;
    private final Path data;
    private String job = "";

    private NodeSide(String redis, Path data) {
        this.redis = redis;
        this.data = data;
    }

    /** The arguments are Redis's address and the folder for what nodes write. */
    public static void main(String[] args) throws IOException {
        PrintStream answers = System.out;
        // Answers alone go there.
        System.setOut(System.err);
        NodeSide side = new NodeSide(args[0], Path.of(args[1]));
        ExecutorService thread = Executors.newSingleThreadExecutor();
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            JsonObject request = new JsonObject(line);
            thread.execute(() -> {
                answers.println(side.answer(request).encode());
                answers.flush();
            });
        }
        // The caller is gone, and what still runs is of no use to anybody.
        Runtime.getRuntime().halt(0);
    }

    private JsonObject answer(JsonObject request) {
        try {
            return switch (request.getString("op")) {
                case "fill" -> fill(Path.of(request.getString("csv")), request.getInteger("rows"));
                case "work" -> work(request.getInteger("rows"));
                default -> new JsonObject().put("error", "this is not known here");
            };
        } catch (Exception e) {
            e.printStackTrace();
            return new JsonObject().put("error", e.toString());
        }
    }

    /** Brings the rows of a file in over HTTP, timed from the first byte to the answer that all is stored. */
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
            long began = System.nanoTime();
            HttpResponse<String> answer = http.send(upload, BodyHandlers.ofString());
            double seconds = (System.nanoTime() - began) / 1e9;
            expect(answer.statusCode() == 202, "the upload was answered with " + answer.body());
            job = new JsonObject(answer.body()).getString("id");
            JsonObject snapshot = snapshot(node);
            expect(counter(snapshot, "waiting") == rows, rows + " rows should wait: " + snapshot);
            return new JsonObject().put("seconds", seconds);
        } finally {
            node.stop();
        }
    }

    /** Works the job off, timed from the start of its first item to its end, by Redis's clock. */
    private JsonObject work(int rows) throws Exception {
        Node node = start("web,worker");
        try {
            JsonObject snapshot = snapshot(node);
            while (!snapshot.getString("state").equals("completed")) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                snapshot = snapshot(node);
            }
            expect(counter(snapshot, "found") == rows, rows + " rows should be found: " + snapshot);
            // Two of each item, and those of the job.
            long events = Long.parseLong(snapshot.getString("last_event").split("\\.")[0]);
            expect(events >= 2L * rows, "there are " + events + " events");
            Duration took = Duration.between(
                    Instant.parse(snapshot.getString("started_at")), Instant.parse(snapshot.getString("ended_at")));
            return new JsonObject().put("seconds", took.toMillis() / 1e3).put("compacted", awaitCompaction());
        } finally {
            node.stop();
        }
    }

    /** Whether the node has moved the job's results out of Redis, which it does some time after the job's end. */
    private boolean awaitCompaction() throws IOException, InterruptedException {
        Path files = data.resolve("artifacts").resolve(job);
        long deadline = System.nanoTime() + COMPACTION.toNanos();
        while (System.nanoTime() - deadline < 0) {
            try (Stream<Path> names = Files.list(files)) {
                if (names.anyMatch(name -> name.toString().endsWith(".seg"))) {
                    // The results go from the store once the file is there.
                    Thread.sleep(SETTLING_MILLIS);
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

    /** A node in this process, with the shipped configuration and recipes. */
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

    /** Answers with the row's name, as the peer's processor does. */
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
        HttpResponse<String> answer = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
        expect(answer.statusCode() == 200, "the job's snapshot was answered with " + answer.body());
        return new JsonObject(answer.body());
    }

    private static int counter(JsonObject snapshot, String state) {
        return snapshot.getJsonObject("counters").getInteger(state);
    }

    private static void expect(boolean held, String otherwise) {
        if (!held) {
            throw new IllegalStateException(otherwise);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
