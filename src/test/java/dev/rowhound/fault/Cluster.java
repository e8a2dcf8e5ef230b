package dev.rowhound.fault;

import dev.rowhound.Await;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;

/**
 * Three nodes and a Redis. A node that has gone is started again, as a service manager would. The last node reaches
 * Redis through a {@link ReplyDropper}.
 */
final class Cluster implements AutoCloseable {
    /** How long a worker holds an item without a sign of life. */
    static final Duration LEASE = Duration.ofMillis(1500);

    /** How many starts of an item may lose their worker. */
    static final int CRASH_LIMIT = 3;

    /** How often an item is tried whose failures are worth it. */
    static final int ATTEMPTS = 3;

    /** How long a job of the old API is kept after its end. */
    static final Duration COMPAT_TTL = Duration.ofSeconds(2);

    private static final int NODES = 3;
    private static final int SLOTS = 3;
    private static final long START_SECONDS = 120;
    private static final long SUPERVISE_MILLIS = 100;

    private final Path folder;
    private final RedisServer redis;
    private final ReplyDropper dropper;
    private final Switches switches;
    private final List<NodeProcess> nodes = new ArrayList<>();
    private final Thread supervisor = new Thread(this::supervise, "supervisor");
    private final Thread lastResort = new Thread(this::killAll, "last-resort");
    private volatile boolean closing;

    private Cluster(Path folder, String classPath, long seed, boolean bus) throws IOException {
        if (Files.exists(folder)) {
            PathUtils.deleteDirectory(folder);
        }
        this.folder = Files.createDirectories(folder);
        this.redis = new RedisServer(folder.resolve("redis"), folder.resolve("bin"));
        this.dropper = new ReplyDropper(redis.port());
        this.switches = new Switches(folder.resolve("switches"));
        Path recipes = Files.createDirectories(folder.resolve("recipes"));
        Files.writeString(recipes.resolve("fault.json"), Sheet.recipe(ATTEMPTS));
        Politeness.write(recipes);
        List<Integer> members = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            members.add(RedisServer.freePort());
        }
        for (int i = 0; i < NODES; i++) {
            int port = i == NODES - 1 ? dropper.port() : redis.port();
            Path home = folder.resolve("node-" + i);
            JsonObject config = config(home, recipes, port);
            if (bus) {
                config.put("cluster", joined(members, i));
            }
            nodes.add(new NodeProcess("node-" + i, home, classPath, config, switches.folder(), seed + i));
        }
    }

    /**
     * Starts one and waits until all nodes serve.
     *
     * @param folder for all that its processes write; what is there goes
     * @param scripts a folder whose scripts stand in for the program's, or null
     */
    static Cluster start(Path folder, long seed, Path scripts) throws Exception {
        return start(folder, seed, scripts, false);
    }

    /**
     * The same.
     *
     * @param bus whether the nodes share an event bus
     */
    static Cluster start(Path folder, long seed, Path scripts, boolean bus) throws Exception {
        String classPath = System.getProperty("java.class.path");
        Cluster cluster = new Cluster(
                folder.toAbsolutePath(),
                scripts == null ? classPath : scripts.toAbsolutePath() + File.pathSeparator + classPath,
                seed,
                bus);
        try {
            Runtime.getRuntime().addShutdownHook(cluster.lastResort);
            cluster.redis.start();
            cluster.supervisor.setDaemon(true);
            cluster.supervisor.start();
            cluster.awaitNodes();
            return cluster;
        } catch (Exception | AssertionError e) {
            cluster.close();
            throw e;
        }
    }

    private static JsonObject joined(List<Integer> ports, int number) {
        JsonArray members = new JsonArray();
        ports.forEach(port -> members.add("127.0.0.1:" + port));
        return new JsonObject()
                .put("enabled", true)
                .put("name", "fault-" + ports.get(0))
                .put("port", ports.get(number))
                .put("members", members);
    }

    /** A node's configuration with all that the suite has otherwise than the program's. */
    static JsonObject config(Path home, Path recipes, int redisPort) {
        return new JsonObject()
                .put("roles", new JsonArray().add("web").add("worker"))
                .put("data", home.resolve("data").toString())
                .put("recipes", recipes.toString())
                .put(
                        "artifacts",
                        new JsonObject()
                                .put("folder", home.resolveSibling("artifacts").toString()))
                .put("http", new JsonObject().put("port", 0).put("heartbeat_ms", 500))
                .put("management", new JsonObject().put("port", 0))
                .put(
                        "redis",
                        new JsonObject()
                                .put("url", "redis://127.0.0.1:" + redisPort)
                                .put("timeout_ms", 2000))
                .put(
                        "queue",
                        new JsonObject()
                                .put("lease_ms", LEASE.toMillis())
                                .put("upload_lease_ms", 2000)
                                .put("crash_limit", CRASH_LIMIT)
                                .put("compat_ttl_seconds", COMPAT_TTL.toSeconds())
                                // The checks read results where scripts put them.
                                .put("compact_after_seconds", 604_800))
                .put("worker", new JsonObject().put("slots", SLOTS).put("stop_ms", 1000))
                .put("compat", new JsonObject().put("recipe", "fault"));
    }

    private void supervise() {
        try {
            while (!closing) {
                for (NodeProcess node : nodes) {
                    if (!node.alive() && !closing) {
                        node.start();
                    }
                }
                TimeUnit.MILLISECONDS.sleep(SUPERVISE_MILLIS);
            }
        } catch (IOException | InterruptedException e) {
            // The nodes stay away, which a run notices.
        }
    }

    /** Waits until every node serves. */
    void awaitNodes() throws Exception {
        for (NodeProcess node : nodes) {
            Await.until(node.name() + " serves", Duration.ofSeconds(START_SECONDS), () -> node.address() != null);
        }
    }

    RedisServer redis() {
        return redis;
    }

    ReplyDropper dropper() {
        return dropper;
    }

    Switches switches() {
        return switches;
    }

    List<NodeProcess> nodes() {
        return nodes;
    }

    /** The node behind the {@link ReplyDropper}. */
    NodeProcess remote() {
        return nodes.get(NODES - 1);
    }

    /** Where some node serves that is not known to be away; waits for one. */
    URI anyNode(Random random) throws Exception {
        List<URI> serving = new ArrayList<>();
        Await.until("a node serves", Duration.ofSeconds(START_SECONDS), () -> {
            serving.clear();
            for (NodeProcess node : nodes) {
                URI address = node.frozen() ? null : node.address();
                if (address != null) {
                    serving.add(address);
                }
            }
            return !serving.isEmpty();
        });
        return serving.get(random.nextInt(serving.size()));
    }

    /** Where some node serves at this moment, another one than that authority if there is; null for none. */
    URI otherNode(Random random, String authority) {
        List<URI> serving = new ArrayList<>();
        for (NodeProcess node : nodes) {
            URI address = servedBy(node);
            if (address != null) {
                serving.add(address);
            }
        }
        if (serving.size() > 1) {
            serving.removeIf(address -> address.getAuthority().equals(authority));
        }
        return serving.isEmpty() ? null : serving.get(random.nextInt(serving.size()));
    }

    private static URI servedBy(NodeProcess node) {
        try {
            return node.frozen() ? null : node.address();
        } catch (IOException e) {
            return null;
        }
    }

    /** Nodes end with this process by themselves, but Redis does not. */
    private void killAll() {
        try {
            for (NodeProcess node : nodes) {
                node.kill();
            }
            redis.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws Exception {
        closing = true;
        supervisor.join();
        killAll();
        dropper.close();
        Runtime.getRuntime().removeShutdownHook(lastResort);
        try (Stream<Path> data = Files.walk(folder.resolve("redis"))) {
            // What a failed run left is in its journal and logs; the log of Redis is large and says little.
            for (Path file :
                    data.filter(each -> each.toString().endsWith(".aof")).toList()) {
                Files.delete(file);
            }
        }
    }
}
