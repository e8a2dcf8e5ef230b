package dev.rowhound.bench;

import dev.rowhound.config.ConfigLoader;
import dev.rowhound.config.Problems;
import dev.rowhound.http.Form;
import dev.rowhound.job.ItemContext;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.Processor;
import dev.rowhound.node.Node;
import dev.rowhound.progress.Wakeups;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.LuaScript;
import dev.rowhound.redis.RedisConnector;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The project's process in the delivery benchmark. Runs a complete node with the shipped configuration and one job. The
 * job is paused, so that only the benchmark appends events to it, at a fixed rate and by the Lua code of all events.
 * Uses the protocol of {@link Side}.
 */
public final class DeliverySide {
    private static final int ROWS = 5000;
    private static final int ROW_BYTES = 50;
    private static final int TIMEOUT_SECONDS = 20;
    private static final LuaScript PUBLISH = LuaScript.load(Jobs.class, "publish-2");

    private final Path home = Path.of(System.getProperty("rowhound.home", ".")).toAbsolutePath();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** The node's Vert.x; completed when the first row is processed. */
    private final CompletableFuture<Vertx> vertx = new CompletableFuture<>();

    private final String redis;
    private final Path data;
    private Node node;
    private RedisConnector connector;
    private Wakeups wakeups;
    private String job = "";
    private Pace pace;

    private DeliverySide(String redis, Path data) {
        this.redis = redis;
        this.data = data;
    }

    /** Runs with the URL of Redis and the data folder of the node as arguments. */
    public static void main(String[] args) throws IOException {
        PrintStream responses = System.out;
        // Standard output carries only responses.
        System.setOut(System.err);
        DeliverySide side = new DeliverySide(args[0], Path.of(args[1]));
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            responses.println(side.handle(new JsonObject(line)).encode());
            responses.flush();
        }
        Runtime.getRuntime().halt(0);
    }

    private JsonObject handle(JsonObject request) {
        try {
            return switch (request.getString("op")) {
                case "open" -> open();
                case "prepare" -> new JsonObject().put("path", path());
                case "publish" -> publish(request.getInteger("hz"));
                case "stop" -> new JsonObject().put("published", pace.stop());
                default -> new JsonObject().put("error", "this is unknown");
            };
        } catch (Exception e) {
            e.printStackTrace();
            return new JsonObject().put("error", e.toString());
        }
    }

    private JsonObject open() throws Exception {
        Map<String, String> flags = new LinkedHashMap<>();
        flags.put("roles", "web,worker");
        flags.put("data", data.toString());
        flags.put("recipes", home.resolve("conf/recipes").toString());
        flags.put("http.port", "0");
        flags.put("management.port", String.valueOf(freePort()));
        flags.put("redis.url", redis);
        flags.put("worker.slots", "1");
        Problems problems = new Problems("the bench's configuration");
        JsonObject config = ConfigLoader.load(home, null, Map.of(), flags, problems);
        problems.throwIfAny();
        node = Node.start(config, home, () -> new Slow(vertx));
        Path csv = data.resolve("rows.csv");
        CompanyFile.write(csv, ROWS, ROW_BYTES);
        String body = Form.head("companies") + Files.readString(csv) + Form.END;
        job = call("POST", "/api/v1/jobs", Form.CONTENT_TYPE, body).getString("id");
        Vertx owner = vertx.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        call("POST", "/api/v1/jobs/" + job + "/pause", "application/json", "");
        // Waits until the running row has ended.
        TimeUnit.SECONDS.sleep(1);
        connector = new RedisConnector(owner, redis, (int) TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS));
        wakeups = new Wakeups(owner);
        return new JsonObject().put("port", node.address().getPort());
    }

    /** The path of the job's stream after its latest event. */
    private String path() throws Exception {
        String last = call("GET", "/api/v1/jobs/" + job, "", "").getString("last_event");
        return "/api/v1/jobs/" + job + "/events?lastEventId=" + last;
    }

    private JsonObject publish(int hz) {
        Keys.Job keys = Keys.job(job);
        pace = Pace.start(hz, number -> {
            String fields = "\"state\":\"found\",\"fields\":{\"sent\":\"~" + System.nanoTime() / 1000 + "~\"}";
            String mark = String.format("%08x", number);
            var unused = connector
                    .run(PUBLISH, List.of(keys.meta(), keys.events()), List.of(mark, "{" + fields + "}"))
                    .onSuccess(done -> wakeups.publish(job));
        });
        return new JsonObject();
    }

    /** A slow processor, so that rows are left when the job is paused. */
    private record Slow(CompletableFuture<Vertx> vertx) implements Processor {
        @Override
        public ItemResult process(ItemInput input, ItemContext context) {
            vertx.complete(Vertx.currentContext().owner());
            try {
                TimeUnit.MILLISECONDS.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return ItemResult.found(new JsonObject());
        }

        @Override
        public void abort() {}

        @Override
        public void close() {}
    }

    private JsonObject call(String method, String path, String type, String body) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(node.address().resolve(path)).method(method, BodyPublishers.ofString(body));
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new IllegalStateException(method + " " + path + " was answered with " + response.body());
        }
        return new JsonObject(response.body());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
