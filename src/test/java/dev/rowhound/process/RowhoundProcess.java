package dev.rowhound.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The program, started as {@code bin/rowhound} starts it once it is built. Its temporary folder is {@code tmp} in the
 * folder that it runs in, so that a test sees what it leaves there.
 */
final class RowhoundProcess implements AutoCloseable {
    /** The checkout. */
    static final Path HOME = Path.of(System.getProperty("rowhound.home"));

    /** Where the build puts the jar, its libraries, and the demo site's pages. */
    static final Path BUILD = Path.of(System.getProperty("rowhound.build"));

    /** What of the environment would change the program's configuration or its words. */
    private static final List<String> FOREIGN =
            List.of("HOST", "PORT", "REDIS_URL", "REDIS_HOST", "REDIS_PORT", "LOG_LEVEL", "JAVA_TOOL_OPTIONS");

    private final Process process;
    private final Path out;
    private final Path err;

    private RowhoundProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Starts it with the folder as its working directory; what it says is kept in files there. */
    static RowhoundProcess start(Path folder, List<String> jvmOptions, List<String> arguments) throws IOException {
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Compiled once and lightly: the tests start many short-lived ones.
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-Djava.io.tmpdir=" + temporary);
        command.add("-Drowhound.home=" + HOME);
        command.addAll(jvmOptions);
        command.add("-jar");
        command.add(BUILD.resolve("rowhound.jar").toString());
        command.addAll(arguments);
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(new java.io.File("/dev/null"))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(key -> key.startsWith("ROWHOUND_") || FOREIGN.contains(key));
        builder.environment().put("TMPDIR", temporary.toString());
        return new RowhoundProcess(builder.start(), out, err);
    }

    /** A port of loopback that nobody holds. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What it has written to standard output. */
    String out() {
        return read(out);
    }

    /** What it has written to standard error. */
    String err() {
        return read(err);
    }

    /** Asks it to end, as Ctrl-C and a service manager do. */
    void terminate() {
        process.destroy();
    }

    /** Ends it as a lack of memory or {@code kill -9} does: it learns nothing of it. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /**
     * Its exit code.
     *
     * @throws AssertionError if it does not end within that time
     */
    int exitCode(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("still runs after " + limit.toSeconds() + " s; it said:\n" + out() + err());
        }
        return process.exitValue();
    }

    /** Ends it, in order if it can. */
    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            kill();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
