package dev.rowhound.fault;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A node of the cluster: a JVM of its own, killed, stopped and started again at will. */
final class NodeProcess {
    private final String name;
    private final Path folder;
    private final String classPath;
    private final JsonObject config;
    private final Path switches;
    private final long seed;
    private int incarnation;
    private volatile Process process;
    private volatile Path out;
    private volatile URI address;
    private volatile boolean frozen;

    /**
     * A node that is not running yet.
     *
     * @param config all but its data folder, which is its own
     */
    NodeProcess(String name, Path folder, String classPath, JsonObject config, Path switches, long seed)
            throws IOException {
        this.name = name;
        this.folder = Files.createDirectories(folder);
        this.classPath = classPath;
        this.config = config;
        this.switches = switches;
        this.seed = seed;
    }

    String name() {
        return name;
    }

    /** Starts it; {@link #address} tells when it serves. */
    synchronized void start() throws IOException {
        Path file = folder.resolve("node.json");
        Files.writeString(file, config.encodePrettily());
        incarnation++;
        address = null;
        out = folder.resolve("out-" + incarnation + ".txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-Xss512k",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Dlogback.configurationFile=dev/rowhound/fault/logback-node.xml"));
        // What this process may look into, the node may too.
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-"))
                .forEach(command::add);
        command.addAll(List.of(
                "-cp",
                classPath,
                FaultNode.class.getName(),
                file.toString(),
                switches.toString(),
                Long.toString(seed + 1000L * incarnation)));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(folder.resolve("log-" + incarnation + ".txt").toFile());
        builder.environment().keySet().removeIf(key -> key.startsWith("ROWHOUND_") || key.equals("JAVA_TOOL_OPTIONS"));
        process = builder.start();
    }

    boolean alive() {
        return process != null && process.isAlive();
    }

    /** Where it serves, or null while it does not. */
    URI address() throws IOException {
        if (!alive()) {
            return null;
        }
        if (address == null) {
            for (String line : Files.readAllLines(out)) {
                if (line.startsWith(FaultNode.SERVES)) {
                    address = URI.create(line.substring(FaultNode.SERVES.length()));
                }
            }
        }
        return address;
    }

    long pid() {
        return process.pid();
    }

    boolean frozen() {
        return frozen;
    }

    /** Asks it to end, and waits until it has. */
    void terminate() throws InterruptedException {
        // The process's own method would close its input as well, which ends it at once.
        process.toHandle().destroy();
        process.waitFor();
    }

    /** As {@code kill -9}. */
    void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    void freeze() throws IOException, InterruptedException {
        frozen = true;
        Signals.send(process.toHandle(), "STOP");
    }

    void thaw() throws IOException, InterruptedException {
        Signals.send(process.toHandle(), "CONT");
        frozen = false;
    }

    /** What its present and former processes have logged, the oldest first. */
    synchronized List<Path> logs() {
        List<Path> logs = new ArrayList<>();
        for (int i = 1; i <= incarnation; i++) {
            logs.add(folder.resolve("log-" + i + ".txt"));
        }
        return logs;
    }

    /** What {@link #logs} say, for a failure's message. */
    String logged() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path log : logs()) {
            all.append(log).append(":\n").append(Files.readString(log));
        }
        return all.toString();
    }

    /** How often it was started. */
    synchronized int incarnations() {
        return incarnation;
    }
}
