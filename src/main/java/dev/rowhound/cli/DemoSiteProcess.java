package dev.rowhound.cli;

import dev.rowhound.cli.console.CommandFailure;
import dev.rowhound.cli.console.NodeOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The demo site as a separate process that outlives this one, so that a node killed in the middle of a job finds the
 * site again after its restart.
 */
final class DemoSiteProcess {
    static final int PORT = 8110;

    private static final String NAME = "rowhound-demo";
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(5);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(RESPONSE_TIMEOUT)
            .build();
    private static final long START_SECONDS = 60;
    private static final long PROBE_MILLIS = 100;
    private static final long STOP_SECONDS = 5;

    private enum Response {
        NONE,
        DEMO_SITE,
        ANOTHER
    }

    private final URI address;
    private final @Nullable Process started;

    private DemoSiteProcess(URI address, @Nullable Process started) {
        this.address = address;
        this.started = started;
    }

    /**
     * Waits until the site responds, and starts it if necessary.
     *
     * @param main the program's main class
     * @param log the file for the site's output
     * @throws CommandFailure if another program holds the port or the site does not start
     */
    static DemoSiteProcess ensure(Class<?> main, int port, Path log) throws InterruptedException {
        URI address = URI.create("http://127.0.0.1:" + port);
        if (isFree(address)) {
            return new DemoSiteProcess(address, start(main, port, address, log));
        }
        if (response(address) == Response.DEMO_SITE) {
            return new DemoSiteProcess(address, null);
        }
        throw taken(port);
    }

    /**
     * Describes where the site runs and when it ends, as a predicate.
     *
     * @param stops whether this command stops the site if it has started it
     */
    String description(boolean stops) {
        if (started == null) {
            return "is already running at " + address;
        }
        return "runs at " + address
                + (stops ? "" : " and keeps running after this command until it has been idle for half an hour");
    }

    /** Stops the site if this command has started it. */
    void stopIfOwn() throws InterruptedException {
        if (started == null) {
            return;
        }
        started.destroy();
        if (!started.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            started.destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static Process start(Class<?> main, int port, URI address, Path log) throws InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command(main, port))
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new CommandFailure("the demo site cannot be started: " + CommandFailure.sentence(e));
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        // The port is not bound for a look here: the site could not bind it meanwhile.
        while (!process.waitFor(PROBE_MILLIS, TimeUnit.MILLISECONDS)) {
            switch (response(address)) {
                case DEMO_SITE -> {
                    return process;
                }
                case ANOTHER -> {
                    process.destroy();
                    throw taken(port);
                }
                case NONE -> {
                    // On a busy machine the first response of the site may take longer than one request.
                    if (System.nanoTime() > deadline) {
                        process.destroyForcibly();
                        throw new CommandFailure("the demo site does not respond at " + address + " after "
                                + START_SECONDS + " s; see " + log);
                    }
                }
            }
        }
        // Another demo may have started it first.
        if (response(address) == Response.DEMO_SITE) {
            return process;
        }
        throw new CommandFailure("the demo site exited at startup; see " + log);
    }

    /** Returns the command line of the site, in a separate session where possible, so that Ctrl-C does not reach it. */
    private static List<String> command(Class<?> main, int port) {
        List<String> command = new ArrayList<>();
        if (onPath("setsid")) {
            command.add("setsid");
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx128m");
        command.add("-Drowhound.home=" + NodeOptions.home());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.add("demo-site");
        command.add("--port=" + port);
        return command;
    }

    private static boolean onPath(String program) {
        String path = System.getenv("PATH");
        if (path == null) {
            return false;
        }
        for (String folder : path.split(File.pathSeparator, -1)) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isFree(URI address) {
        // Binding is reliable; on a busy machine a refused connection may be reported only after the timeout.
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(address.getHost(), address.getPort()));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Response response(URI address) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address.resolve("/healthz"))
                .timeout(RESPONSE_TIMEOUT)
                .build();
        try {
            String body =
                    HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
            return NAME.equals(new JsonObject(body).getValue("site")) ? Response.DEMO_SITE : Response.ANOTHER;
        } catch (DecodeException e) {
            return Response.ANOTHER;
        } catch (IOException e) {
            return Response.NONE;
        }
    }

    private static CommandFailure taken(int port) {
        return new CommandFailure(
                "port " + port + " of 127.0.0.1, which the demo site needs, is in use by another program;"
                        + " stop that program first");
    }
}
