package dev.rowhound.front;

import dev.rowhound.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** A front end that runs as a process of the test's, in the foreground, on a free port of 127.0.0.1. */
public abstract class Front implements AutoCloseable {
    /** Below the ports that the system gives to connections, where one of those might take it. */
    private static final int FIRST_PORT = 20_000;

    private static final int PORTS = 10_000;
    private static final int ATTEMPTS = 5;
    private static final long START_SECONDS = 30;
    private static final long STOP_SECONDS = 10;

    private final String scheme;
    private final Place place;
    private final Process process;

    /**
     * Starts it.
     *
     * @param scheme {@code http} or {@code https}
     * @param prepare writes its files, and gives the command line
     */
    Front(String scheme, Function<Place, List<String>> prepare) throws IOException {
        this.scheme = scheme;
        Path folder = Files.createTempDirectory("rowhound-front-");
        Place tried = null;
        Process begun = null;
        try {
            for (int attempt = 1; begun == null; attempt++) {
                tried = new Place(freePort(), folder);
                begun = begin(tried, prepare.apply(tried), attempt == ATTEMPTS);
            }
        } catch (IOException | RuntimeException e) {
            Folders.delete(folder);
            throw e;
        }
        place = tried;
        process = begun;
    }

    /** The process, or null if another program took its port in between. */
    private static Process begin(Place place, List<String> command, boolean last) throws IOException {
        Process begun = new ProcessBuilder(command)
                .directory(place.folder().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.to(output(place).toFile()))
                .start();
        begun.getOutputStream().close();
        // A test's JVM that is stopped takes its front ends with it.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(begun)));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (begun.isAlive() && System.nanoTime() - deadline < 0) {
            if (listens(place.port()) && begun.isAlive()) {
                return begun;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        end(begun);
        String errors = errors(place);
        if (!last && errors.contains("in use")) {
            return null;
        }
        throw new IOException(
                String.join(" ", command) + " does not listen on port " + place.port() + "; it said:\n" + errors);
    }

    private static int freePort() throws IOException {
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

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether this user's processes may change to another user. */
    static boolean root() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Writes one of its files. */
    static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it serves, ending without a slash. */
    public URI uri() {
        return URI.create(scheme + "://127.0.0.1:" + place.port());
    }

    /** Where it runs. */
    public Place place() {
        return place;
    }

    /** What it has told so far, on its output and in its error log. */
    public String errors() {
        return errors(place);
    }

    private static String errors(Place place) {
        try {
            Path log = errorLog(place);
            return Files.readString(output(place)) + (Files.exists(log) ? Files.readString(log) : "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path output(Place place) {
        return place.folder().resolve("output.log");
    }

    /** Where its error log has to go. */
    static Path errorLog(Place place) {
        return place.folder().resolve("error.log");
    }

    private static void end(Process process) {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Ends it and its connections at once. */
    @Override
    public void close() throws IOException {
        end(process);
        Folders.delete(place.folder());
    }
}
