package dev.rowhound.cli;

import dev.rowhound.cli.console.CommandFailure;
import dev.rowhound.cli.console.NodeOptions;
import dev.rowhound.cli.console.Terminal;
import dev.rowhound.demo.DemoSite;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** Command {@code demo-site}: serves the demo site until it is stopped or idle. */
@Command(
        name = "demo-site",
        description = "Serve the site that the examples look up. \"rowhound demo\" starts it automatically.",
        footer = {"  rowhound demo-site", "  rowhound demo-site --idle-minutes 0    until Ctrl-C"})
final class DemoSiteCommand implements Callable<Integer> {
    private static final int MAX_PORT = 65_535;

    private final Terminal terminal;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8110",
            description = "The port to listen on (default: ${DEFAULT-VALUE}); the example recipes expect 8110.")
    private int port = DemoSiteProcess.PORT;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "The address to listen on (default: ${DEFAULT-VALUE}).")
    private String host = "";

    @Option(
            names = "--javadoc",
            paramLabel = "JAR",
            description = "A jar of javadoc pages to serve under /javadoc/ (default: the jar of commons-lang3 that"
                    + " the build puts under target/sites).")
    private @Nullable Path javadoc;

    @Option(
            names = "--idle-minutes",
            paramLabel = "N",
            defaultValue = "30",
            description = "Stop after this time without a request; 0 means never (default: ${DEFAULT-VALUE}).")
    private int idleMinutes;

    DemoSiteCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (idleMinutes < 0) {
            throw new CommandFailure("--idle-minutes is " + idleMinutes + "; use 0 or more", ExitCode.USAGE);
        }
        if (port < 0 || port > MAX_PORT) {
            throw new CommandFailure("--port is " + port + "; use 0 to " + MAX_PORT, ExitCode.USAGE);
        }
        Path jar = javadoc == null
                ? NodeOptions.home().resolve("target").resolve("sites").resolve("commons-lang3-javadoc.jar")
                : javadoc;
        terminal.println("The demo site is running at http://" + host + ":" + port + " (Ctrl-C stops it)");
        return CommandFailure.attempt("the demo site cannot start: ", () -> serve(jar));
    }

    private int serve(Path jar) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            DemoSite.Config standard = DemoSite.Config.standard(jar);
            DemoSite site = DemoSite.start(
                            vertx,
                            new DemoSite.Config(
                                    host,
                                    port,
                                    jar,
                                    standard.slow(),
                                    standard.scriptDelay(),
                                    Duration.ofMinutes(idleMinutes)))
                    .await();
            site.ended().await();
            return ExitCode.OK;
        } finally {
            vertx.close().await();
        }
    }
}
