package dev.rowhound;

import dev.rowhound.config.ConfigLoader;
import dev.rowhound.config.Problems;
import dev.rowhound.demo.DemoSite;
import dev.rowhound.http.HttpVerticle;
import dev.rowhound.job.Processor;
import dev.rowhound.job.WorkKind;
import dev.rowhound.node.Node;
import dev.rowhound.redis.EmbeddedRedis;
import dev.rowhound.redis.RedisConfig;
import dev.rowhound.redis.RedisConnector;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A whole node in the test's own JVM, with a Redis of its own, and the demo site beside it. The shipped configuration
 * and recipes apply, but for ports, folders and times: pages and retries take a fraction of what they take in earnest.
 */
public final class TestNode implements AutoCloseable {
    /** The setting with the path of a configuration file, for keys that a flag cannot set. */
    public static final String CONFIG_FILE = "config_file";

    private static final Path HOME =
            Path.of(System.getProperty("rowhound.home", ".")).toAbsolutePath();
    private static final Path BUILD = Path.of(System.getProperty("rowhound.build", "target"));
    private static final String SHIPPED_SITE = "http://127.0.0.1:" + DemoSite.DEFAULT_PORT;

    private static final JsonArray ASKING =
            new JsonArray("[{\"selector\": \"#question\", \"ask\": {\"prompt\": \"Is it so?\"}}]");

    /** How many ports are tried. */
    private static final int MOST_PORTS = 3;

    private final Path folder;
    private final Vertx vertx = Vertx.vertx();
    private int managementPort;
    private Path configFile;
    private DemoSite site;
    private Node node;
    private EmbeddedRedis store;
    private RedisConnector redis;

    private TestNode() throws IOException {
        folder = Files.createTempDirectory("rowhound-node-");
    }

    /**
     * Starts one.
     *
     * @param settings what differs, such as {@code "roles": "web"}
     */
    public static TestNode start(Map<String, String> settings) throws Exception {
        return start(settings, Clock.systemUTC());
    }

    /** Starts one that looks rows up in that way, without a browser. */
    public static TestNode start(Map<String, String> settings, Supplier<Processor> processors) throws Exception {
        return start(settings, processors, Clock.systemUTC());
    }

    /** Starts one whose schedules go by that clock. */
    public static TestNode start(Map<String, String> settings, Clock clock) throws Exception {
        return start(settings, null, clock);
    }

    /** Starts one that knows these kinds of work beside look-ups, and has no browser for those. */
    public static TestNode start(Map<String, String> settings, List<WorkKind> kinds) throws Exception {
        return start(
                settings,
                () -> {
                    throw new IllegalStateException("nothing is looked up here");
                },
                Clock.systemUTC(),
                kinds);
    }

    private static TestNode start(Map<String, String> settings, Supplier<Processor> processors, Clock clock)
            throws Exception {
        return start(settings, processors, clock, List.of());
    }

    private static TestNode start(
            Map<String, String> settings, Supplier<Processor> processors, Clock clock, List<WorkKind> kinds)
            throws Exception {
        TestNode started = new TestNode();
        try {
            started.startSite();
            started.startNode(settings, processors, clock, kinds);
        } catch (Exception e) {
            started.close();
            throw e;
        }
        return started;
    }

    private void startSite() throws Exception {
        DemoSite.Config config = new DemoSite.Config(
                "127.0.0.1",
                0,
                BUILD.resolve("sites/commons-lang3-javadoc.jar"),
                Duration.ofMillis(800),
                Duration.ofMillis(100),
                Duration.ZERO);
        site = DemoSite.start(vertx, config).await(30, TimeUnit.SECONDS);
    }

    private void startNode(
            Map<String, String> settings, Supplier<Processor> processors, Clock clock, List<WorkKind> kinds)
            throws Exception {
        store = EmbeddedRedis.start(new RedisConfig.Embedded(freePort(), null, RedisConfig.Fsync.EVERYSEC, 0), folder);
        Map<String, String> flags = new LinkedHashMap<>(Map.of(
                "data",
                data().toString(),
                "recipes",
                copyRecipes(processors != null).toString(),
                "http.port",
                "0",
                "redis.url",
                store.url(),
                "crawl.allow",
                "127.0.0.1:" + site.port(),
                // Files and keys that tests compare change by what the tests do, and not by the passing of time.
                "queue.compact_after_seconds",
                "604800"));
        flags.putAll(settings);
        String file = flags.remove(CONFIG_FILE);
        configFile = file == null ? null : Path.of(file);
        node = startOnAFreePort(flags, processors, clock, kinds);
        redis = new RedisConnector(vertx, store.url(), 10_000);
    }

    /** A free port may be taken by another program, or a connection of this one, before the node listens there. */
    private Node startOnAFreePort(
            Map<String, String> flags, Supplier<Processor> processors, Clock clock, List<WorkKind> kinds)
            throws Exception {
        for (int attempt = 1; ; attempt++) {
            managementPort = freePort();
            flags.put("management.port", String.valueOf(managementPort));
            Problems problems = new Problems("the test's configuration");
            JsonObject config = ConfigLoader.load(HOME, configFile, Map.of(), flags, problems);
            problems.throwIfAny();
            try {
                return Node.start(config, HOME, processors, clock, kinds);
            } catch (IOException e) {
                boolean taken = String.valueOf(e.getMessage()).startsWith("port " + managementPort + " ");
                if (!taken || attempt == MOST_PORTS) {
                    throw e;
                }
            }
        }
    }

    /** The shipped recipes, led to this test's site; scripted processors may ask a person about rows of {@code javadoc}. */
    private Path copyRecipes(boolean scripted) throws IOException {
        Path copies = Files.createDirectories(folder.resolve("recipes"));
        try (Stream<Path> recipes = Files.list(HOME.resolve("conf/recipes"))) {
            for (Path recipe : recipes.toList()) {
                String text = Files.readString(recipe).replace(SHIPPED_SITE, site().toString());
                JsonObject json = new JsonObject(text);
                json.getJsonObject("retry").put("backoff_ms", 50).put("max_backoff_ms", 200);
                json.getJsonObject("timeouts").put("navigation_ms", 3000);
                if (scripted && recipe.endsWith("javadoc.json")) {
                    json.getJsonObject("outcomes").put("needs_human", ASKING);
                }
                Files.writeString(copies.resolve(recipe.getFileName()), json.encodePrettily());
            }
        }
        return copies;
    }

    /** Where the program's own files are: {@code conf}, {@code examples}. */
    public static Path home() {
        return HOME;
    }

    /** Where the node serves, ending without a slash. */
    public URI address() {
        return node.address();
    }

    /** Where the node's management port serves, ending without a slash. */
    public URI management() {
        return URI.create("http://127.0.0.1:" + managementPort);
    }

    /** Where the demo site serves, ending without a slash. */
    public URI site() {
        return URI.create("http://127.0.0.1:" + site.port());
    }

    /** The server behind {@link #address()}. */
    public HttpVerticle server() {
        return node.server();
    }

    /** Runs things beside the node's own. */
    public Vertx vertx() {
        return vertx;
    }

    /** What the node writes. */
    public Path data() {
        return folder.resolve("data");
    }

    /** The stored files of all jobs, by their paths below {@code artifacts}; folders end with a slash. */
    public Set<String> artifacts() throws IOException {
        Path root = data().resolve("artifacts");
        Set<String> names = new TreeSet<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                if (!folder.equals(root)) {
                    names.add(root.relativize(folder) + "/");
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (!file.endsWith(".mark")) {
                    names.add(root.relativize(file).toString());
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                // The node has deleted it since its folder was read.
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return names;
    }

    /** Where the node's store is, with the password. */
    public URI redis() {
        return URI.create(store.url());
    }

    /** Sends the store one command. */
    public Response send(Command command, Object... arguments) throws TimeoutException {
        return redis.send(command, arguments).await(10, TimeUnit.SECONDS);
    }

    /** Every key in the store, but the hints of what has ended. */
    public Set<String> keys() throws TimeoutException {
        return redis.send(Command.KEYS, "*").await(10, TimeUnit.SECONDS).stream()
                .map(Object::toString)
                .filter(key -> !key.matches("\\{i:\\d+}:(done|all)|\\{a}:users"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Stops Redis from answering; its connections stay open. */
    public void freezeRedis() throws Exception {
        signalRedis("-STOP");
    }

    /** Lets a frozen Redis go on. */
    public void thawRedis() throws Exception {
        signalRedis("-CONT");
    }

    private void signalRedis(String signal) throws Exception {
        String pid = Files.readString(folder.resolve("redis/redis.pid")).strip();
        int status = new ProcessBuilder("kill", signal, pid).start().waitFor();
        if (status != 0) {
            throw new IOException("kill " + signal + " " + pid + " ended with " + status);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws Exception {
        if (redis != null) {
            redis.close().await(10, TimeUnit.SECONDS);
        }
        if (node != null) {
            node.stop();
        }
        if (store != null) {
            store.close();
        }
        if (site != null) {
            site.close().await(10, TimeUnit.SECONDS);
        }
        vertx.close().await(10, TimeUnit.SECONDS);
        deleteFolder();
    }

    private void deleteFolder() throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException error) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
