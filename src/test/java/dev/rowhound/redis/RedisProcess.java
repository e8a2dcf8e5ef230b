package dev.rowhound.redis;

import dev.rowhound.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Redis without a password, with options of the test's own, that can be replaced by another one on its port. */
public final class RedisProcess implements AutoCloseable {
    private final int port;
    private final Process process;

    private RedisProcess(int port, Process process) {
        this.port = port;
        this.process = process;
    }

    /** Starts one with an append-only file in that folder, and waits until it answers. */
    public static RedisProcess start(Path folder, int port, String... options) throws Exception {
        Files.createDirectories(folder);
        Process process = command(binary(folder.resolve("bin")), folder, port, options)
                .redirectOutput(folder.resolve("redis.log").toFile())
                .start();
        RedisProcess redis = new RedisProcess(port, process);
        Await.until("Redis answers", redis::answers);
        return redis;
    }

    /** The program, which is put into that folder where it is not there. */
    public static Path binary(Path tools) throws IOException {
        return EmbeddedRedis.binary(new RedisConfig.Embedded(0, null, RedisConfig.Fsync.EVERYSEC, 0), tools);
    }

    /** What starts one with an append-only file in that folder. */
    public static ProcessBuilder command(Path binary, Path folder, int port, String... options) {
        List<String> command = new ArrayList<>(List.of(
                binary.toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                folder.toString(),
                "--save",
                "",
                "--appendonly",
                "yes"));
        command.addAll(List.of(options));
        return new ProcessBuilder(command).redirectErrorStream(true);
    }

    /** A port that is free at this moment. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** For {@code redis.url}. */
    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** The number of the process. */
    public long pid() {
        return process.pid();
    }

    /** Sends a process a signal, such as {@code STOP}. */
    static void signal(String signal, long pid) throws Exception {
        int code = new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("kill -" + signal + " " + pid + " ended with " + code);
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(1000);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return "+PONG"
                    .equals(new BufferedReader(
                                    new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                            .readLine());
        } catch (IOException e) {
            return false;
        }
    }

    /** Lets it write its data and go. */
    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
