package dev.rowhound.redis;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs Redis as a child process of the node. It listens on loopback only, with a password generated at each start. It
 * ends with the node, even if the node is killed: a shell between the two stops Redis when the pipe from the node
 * closes. If Redis dies alone, it is restarted on the same port.
 */
public final class EmbeddedRedis implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRedis.class);

    /** Time for loading the data: a few GB from a slow disk. */
    private static final long START_LIMIT_SECONDS = 120;

    /** Time for writing the data at shutdown. */
    private static final long STOP_LIMIT_SECONDS = 20;

    /** Delay before a restart, so that a Redis that cannot start does not keep the machine busy. */
    private static final long RESTART_PAUSE_MILLIS = 200;

    private static final long POLL_MILLIS = 20;

    /**
     * Runs Redis in its own session if possible, so that a Ctrl-C in the terminal reaches only the node, and Redis
     * outlives the node's last writes.
     */
    private static final String WRAPPER = """
            trap '' INT TERM HUP
            exec 3<&0
            if command -v setsid >/dev/null 2>&1; then setsid "$@" 3<&- & else "$@" 3<&- & fi
            child=$!
            (while read -r line <&3; do :; done; kill -TERM "$child") 2>/dev/null &
            watcher=$!
            wait "$child"
            status=$?
            kill -KILL "$watcher" 2>/dev/null
            exit "$status"
            """;

    private final RedisConfig.Embedded config;
    private final Path folder;
    private final RedisBinary binary;
    private final String password;
    private final int port;
    private volatile Process wrapper;
    private long loggedBefore;
    private volatile boolean stopping;

    private EmbeddedRedis(RedisConfig.Embedded config, Path data) throws IOException {
        this.config = config;
        this.folder = Files.createDirectories(data.resolve("redis")).toAbsolutePath();
        this.binary = RedisBinary.find(config.binary(), data.resolve("bin"));
        endPrevious();
        byte[] secret = new byte[24];
        new SecureRandom().nextBytes(secret);
        this.password = HexFormat.of().formatHex(secret);
        this.port = freePort(config.port());
        writeConfig();
        this.wrapper = launch();
    }

    /**
     * Starts Redis and waits until it serves requests. Blocks: do not call it on an event loop.
     *
     * @param data the node's data folder; Redis uses its subfolder {@code redis}
     * @throws IOException if Redis cannot be started, with a message for a person
     */
    public static EmbeddedRedis start(RedisConfig.Embedded config, Path data) throws IOException {
        EmbeddedRedis redis = new EmbeddedRedis(config, data);
        try {
            redis.awaitReady();
        } catch (IOException e) {
            redis.close();
            throw e;
        }
        LOG.info("Redis {} is running on 127.0.0.1:{}, data in {}", redis.binary.version(), redis.port, redis.folder);
        redis.superviseFrom(redis.wrapper);
        return redis;
    }

    /**
     * Returns the executable that would be started, unpacking it if necessary.
     *
     * @throws IOException if there is none, with a message for a person
     */
    public static Path binary(RedisConfig.Embedded config, Path data) throws IOException {
        return RedisBinary.find(config.binary(), data.resolve("bin")).path();
    }

    /** Returns the URL for {@link RedisConnector}, with the password. */
    public String url() {
        return "redis://:" + password + "@127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    /** Stops Redis after it has written its data; blocks until the process has ended. */
    @Override
    public void close() {
        stopping = true;
        stop(wrapper);
    }

    private void superviseFrom(Process started) {
        Executor later = CompletableFuture.delayedExecutor(RESTART_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        var unused = started.onExit()
                .thenAcceptAsync(
                        dead -> {
                            if (!stopping) {
                                LOG.error(
                                        "DB_CONNECT_FAILURE Redis exited with code {} and is restarted",
                                        dead.exitValue());
                                restart();
                            }
                        },
                        later);
    }

    private synchronized void restart() {
        try {
            endPrevious();
            wrapper = launch();
            if (stopping) {
                stop(wrapper);
                return;
            }
            awaitReady();
        } catch (IOException e) {
            LOG.error("Redis could not be restarted: {}", e.getMessage());
        }
        superviseFrom(wrapper);
    }

    private Process launch() throws IOException {
        Path log = folder.resolve("redis.log");
        loggedBefore = Files.exists(log) ? Files.size(log) : 0;
        ProcessBuilder builder = new ProcessBuilder(
                "sh",
                "-c",
                WRAPPER,
                "rowhound-redis",
                binary.path().toString(),
                folder.resolve("redis.conf").toString());
        builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve("start.log").toFile());
        return builder.start();
    }

    private void writeConfig() throws IOException {
        Path file = folder.resolve("redis.conf");
        if (!Files.exists(file)) {
            Files.createFile(file);
        }
        // The file holds the password.
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(
                file,
                String.join(
                        "\n",
                        "bind 127.0.0.1",
                        "port " + port,
                        "requirepass " + password,
                        "daemonize no",
                        "dir " + quoted(folder),
                        "pidfile " + quoted(folder.resolve("redis.pid")),
                        "logfile " + quoted(folder.resolve("redis.log")),
                        "appendonly yes",
                        "appendfsync " + config.fsync().name().toLowerCase(Locale.ROOT),
                        "save \"\"",
                        "maxmemory " + config.maxMemoryBytes(machineBytes()),
                        "maxmemory-policy noeviction",
                        ""));
    }

    /** Returns the memory of the machine or of this container. */
    private static long machineBytes() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : 0;
    }

    private static String quoted(Path path) {
        return "\"" + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /**
     * Stops a Redis that a previous node left running. A killed node leaves a Redis that is about to stop; if its
     * wrapper was killed too, Redis stays up. Both still lock the data files.
     */
    private void endPrevious() throws IOException {
        Path file = folder.resolve("redis.pid");
        if (!Files.exists(file)) {
            return;
        }
        Optional<ProcessHandle> previous =
                pidIn(file).flatMap(ProcessHandle::of).filter(this::isOurs);
        if (previous.isPresent()) {
            ProcessHandle process = previous.get();
            LOG.info("Waiting for the previous Redis (process {}) to write its data and exit", process.pid());
            process.destroy();
            if (!endsWithin(process, STOP_LIMIT_SECONDS)) {
                process.destroyForcibly();
                endsWithin(process, STOP_LIMIT_SECONDS);
            }
        }
        Files.deleteIfExists(file);
    }

    private static Optional<Long> pidIn(Path file) throws IOException {
        String text = Files.readString(file).strip();
        return text.matches("\\d{1,18}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
    }

    /** Guards against a reused process id; the process title of Redis names only its port, not its folder. */
    private boolean isOurs(ProcessHandle process) {
        String command = process.info().command().orElse("");
        return command.isEmpty() || command.contains("redis");
    }

    private static boolean endsWithin(ProcessHandle process, long seconds) {
        try {
            process.onExit().get(seconds, TimeUnit.SECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            return false;
        }
    }

    private static void stop(Process process) {
        try {
            process.getOutputStream().close();
            if (process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
            LOG.warn("Redis did not stop within {} s and is killed", STOP_LIMIT_SECONDS);
        } catch (IOException e) {
            LOG.debug("The pipe to Redis's wrapper was closed already", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static int freePort(int preferred) throws IOException {
        for (int port : List.of(preferred, 0)) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return socket.getLocalPort();
            } catch (IOException e) {
                LOG.info("Port {} is in use, Redis gets another one", port);
            }
        }
        throw new IOException("no free port on loopback for Redis");
    }

    private void awaitReady() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_LIMIT_SECONDS);
        String answer = "nothing";
        while (System.nanoTime() - deadline < 0) {
            answer = ping();
            if ("+PONG".equals(answer)) {
                AofRepair.runIfTruncated(folder.resolve("redis.log"), loggedBefore, port, password);
                return;
            }
            try {
                if (wrapper.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw new IOException("Redis did not start: " + lastLogLine());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while Redis started", e);
            }
        }
        throw new IOException("Redis did not serve within " + START_LIMIT_SECONDS + " s; it responds " + answer);
    }

    private String ping() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(2));
            socket.getOutputStream().write(("AUTH " + password + "\r\nPING\r\n").getBytes(StandardCharsets.US_ASCII));
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String auth = reader.readLine();
            if (!"+OK".equals(auth)) {
                return String.valueOf(auth);
            }
            return String.valueOf(reader.readLine());
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Returns the last line that Redis logged, which says why it ended. */
    private String lastLogLine() {
        for (String name : List.of("start.log", "redis.log")) {
            @Nullable String line = lastLine(folder.resolve(name));
            if (line != null) {
                return line + " (see " + folder.resolve(name) + ")";
            }
        }
        return "it said nothing";
    }

    private static @Nullable String lastLine(Path file) {
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            for (int i = lines.size() - 1; i >= 0; i--) {
                if (!lines.get(i).isBlank()) {
                    return lines.get(i);
                }
            }
        } catch (IOException e) {
            LOG.debug("No log of Redis at {}", file, e);
        }
        return null;
    }
}
