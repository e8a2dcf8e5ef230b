package dev.rowhound.front;

import dev.rowhound.Await;
import dev.rowhound.Folders;
import dev.rowhound.config.ConfigLoader;
import dev.rowhound.config.Problems;
import dev.rowhound.fault.FaultNode;
import dev.rowhound.job.ItemContext;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.Processor;
import dev.rowhound.node.Node;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Nodes that share a Redis and a folder of files. Their one recipe is called {@code front}; it looks nothing up: each row
 * is found after the time that it is told.
 */
final class Nodes implements AutoCloseable {
    /** The recipe's column. */
    static final String COLUMN = "class";

    private static final Path HOME =
            Path.of(System.getProperty("rowhound.home", ".")).toAbsolutePath();

    /** What precedes a node's address on the output of its process. */
    private static final String SERVES = "SERVES ";

    /** Longer than any test keeps a row. */
    private static final int ITEM_MILLIS = 120_000;

    private final Path folder;
    private final TestRedis redis = TestRedis.start();
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private volatile long rowMillis;
    private int count;

    Nodes() throws IOException {
        folder = Files.createTempDirectory("rowhound-front-nodes-");
        JsonObject recipe = new JsonObject(Files.readString(HOME.resolve("conf/recipes/javadoc.json")));
        recipe.getJsonObject("timeouts").put("item_ms", ITEM_MILLIS);
        Files.createDirectories(folder.resolve("recipes"));
        Files.writeString(
                folder.resolve("recipes/front.json"),
                recipe.put("name", "front").encode());
    }

    /** The key of a row. */
    static String key(int row) {
        return "a.A" + row;
    }

    /** How long each row takes from here on, in milliseconds. */
    void rowsTake(long millis) {
        rowMillis = millis;
    }

    /**
     * Starts one in this JVM.
     *
     * @param settings what differs from the shipped configuration
     */
    URI start(Map<String, String> settings) throws Exception {
        Node node = Node.start(config(settings), HOME, this::processor);
        started.push(node::stop);
        return node.address();
    }

    /**
     * A node of the role web in a process of its own, to be killed.
     *
     * @param out what it prints
     */
    record Victim(Process process, Path out) {
        /** As {@code kill -9}. */
        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }

        /** Where it serves, once it does. */
        URI awaitAddress() throws Exception {
            String printed = Await.until(
                    "the node to serve",
                    () -> Files.readString(out),
                    text -> text.contains(SERVES) && text.endsWith("\n") || !process.isAlive());
            String line = printed.lines()
                    .filter(each -> each.startsWith(SERVES))
                    .findFirst()
                    .orElseThrow(() -> new IOException("the node did not start: " + printed));
            return URI.create(line.substring(SERVES.length()));
        }
    }

    /** Starts one that only serves. */
    Victim startVictim(Map<String, String> settings) throws Exception {
        Map<String, String> flags = new LinkedHashMap<>(settings);
        flags.put("roles", "web");
        JsonObject config = config(flags);
        Path file = folder.resolve("victim-" + count + ".json");
        Files.writeString(file, config.encode());
        Path out = folder.resolve("victim-" + count + ".txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx192m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Dlogback.configurationFile=dev/rowhound/fault/logback-node.xml",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FaultNode.class.getName(),
                        file.toString(),
                        folder.toString(),
                        "1")
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        Victim victim = new Victim(process, out);
        started.push(victim::kill);
        return victim;
    }

    private JsonObject config(Map<String, String> settings) throws Exception {
        count++;
        Map<String, String> flags = new LinkedHashMap<>(Map.of(
                // A machine that is busy with other tests takes its time.
                "redis.timeout_ms", "20000",
                "data", folder.resolve("data-" + count).toString(),
                "recipes", folder.resolve("recipes").toString(),
                "artifacts.folder", folder.resolve("artifacts").toString(),
                "redis.url", redis.url(),
                "http.port", "0",
                "management.port", "0",
                "worker.slots", "1",
                "worker.stop_ms", "500",
                "compat.recipe", "front"));
        flags.putAll(settings);
        Problems problems = new Problems("the test's configuration");
        JsonObject config = ConfigLoader.load(HOME, null, Map.of(), flags, problems);
        problems.throwIfAny();
        return config;
    }

    private Processor processor() {
        return new Processor() {
            private boolean aborted;

            @Override
            public synchronized ItemResult process(ItemInput input, ItemContext context) throws InterruptedException {
                aborted = false;
                long end = System.currentTimeMillis() + rowMillis;
                for (long left = rowMillis; left > 0 && !aborted; left = end - System.currentTimeMillis()) {
                    // Who tells of no progress is taken for dead.
                    context.progress("wait");
                    wait(Math.min(left, 1000));
                }
                return ItemResult.found(new JsonObject().put("title", input.key()));
            }

            @Override
            public synchronized void abort() {
                aborted = true;
                notifyAll();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void close() throws Exception {
        while (!started.isEmpty()) {
            started.pop().close();
        }
        redis.close();
        Folders.delete(folder);
    }
}
