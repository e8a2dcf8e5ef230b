package dev.rowhound.fault;

import dev.rowhound.Await;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.RedisProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A Redis with an append-only file, as a process that is killed and started again on the same port. */
final class RedisServer implements AutoCloseable {
    /** Below the ports that the system gives to connections, where one of those might take it while Redis is away. */
    private static final int FIRST_PORT = 20_000;

    private static final int PORTS = 10_000;
    private static final long START_SECONDS = 30;

    private final Path folder;
    private final Path binary;
    private final int port;
    private volatile String fsync = "everysec";
    private volatile Process process;

    RedisServer(Path folder, Path tools) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.binary = RedisProcess.binary(tools);
        this.port = freePort();
    }

    /** A port that nothing listens on and no connection gets by chance. */
    static int freePort() throws IOException {
        Random random = new Random();
        for (int i = 0; i < 100; i++) {
            int port = FIRST_PORT + random.nextInt(PORTS);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // The next one.
            }
        }
        throw new IOException("no free port on loopback");
    }

    int port() {
        return port;
    }

    boolean alive() {
        return process != null && process.isAlive();
    }

    /** Starts it and waits until it has read its data. */
    void start() throws IOException, InterruptedException {
        Path told = folder.resolve("redis.log");
        long before = Files.exists(told) ? Files.size(told) : 0;
        String[] options = {"--appendfsync", fsync, "--aof-load-truncated", "yes", "--logfile", told.toString()};
        process = RedisProcess.command(binary, folder, port, options)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("start.log").toFile()))
                .start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                throw new IOException("Redis did not start, see " + folder);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        if (Files.readString(told).substring((int) before).contains("Truncating the AOF")) {
            rewriteLog();
        }
    }

    /**
     * Redis 7 leaves the beginning of a transaction at the end of a log that was cut within it. The next start would read
     * what follows as part of that, so the log has to be written anew (docs/durability.md). One that Redis has begun by
     * itself since it has read the log does as well.
     */
    private void rewriteLog() throws IOException {
        try (RespClient client = client()) {
            if (client.info("persistence", "aof_rewrite_in_progress") == 0) {
                client.call("BGREWRITEAOF");
            }
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
            while (client.info("persistence", "aof_rewrite_in_progress") > 0
                    || client.info("persistence", "aof_rewrite_scheduled") > 0) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IOException("Redis does not write its log anew, see " + folder);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
    }

    private boolean answers() {
        try (RespClient client = new RespClient(port, 1000)) {
            return client.text("PING").equals("PONG");
        } catch (IOException e) {
            return false;
        }
    }

    RespClient client() throws IOException {
        return new RespClient(port, 5000);
    }

    /** Empties it, but for the mark of the nodes' folder of files: without that a node does not start. */
    void empty() throws IOException {
        try (RespClient client = client()) {
            String mark = client.text("GET", Keys.ARTIFACT_FOLDER);
            client.call("FLUSHALL", "SYNC");
            client.call("SET", Keys.ARTIFACT_FOLDER, mark);
        }
    }

    /** When writes reach the disk, {@code always} or {@code everysec}, from this moment on. */
    void fsync(String policy) throws IOException {
        fsync = policy;
        try (RespClient client = client()) {
            client.call("CONFIG", "SET", "appendfsync", policy);
        }
    }

    /** As {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void freeze() throws IOException, InterruptedException {
        Signals.send(process.toHandle(), "STOP");
    }

    void thaw() throws IOException, InterruptedException {
        Signals.send(process.toHandle(), "CONT");
    }

    /** Returns once all that was written so far stands in the log, whether or not it has reached the disk. */
    void awaitLogged() throws Exception {
        try (RespClient client = client()) {
            Await.until(
                    "Redis writes to its log",
                    Duration.ofSeconds(START_SECONDS),
                    () -> client.info("persistence", "aof_buffer_length") == 0);
        }
    }

    /** How long the log is that the last start or rewrite began. */
    long logLength() throws IOException {
        return Files.size(log());
    }

    /** Cuts the log of a Redis that was killed. */
    void cutLog(long bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(log().toFile(), "rw")) {
            file.setLength(Math.max(0, file.length() - bytes));
        }
    }

    private Path log() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("appendonlydir"))) {
            return files.filter(file -> file.toString().endsWith(".incr.aof"))
                    .max(Comparator.comparing(Path::toString))
                    .orElseThrow(() -> new IOException("Redis has no log"));
        }
    }

    @Override
    public void close() throws InterruptedException {
        if (process != null) {
            kill();
        }
    }
}
