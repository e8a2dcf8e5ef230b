package dev.rowhound.cli;

import dev.rowhound.cli.console.EmbeddedNode;
import dev.rowhound.cli.console.LogTarget;
import dev.rowhound.cli.console.NodeOptions;
import dev.rowhound.cli.console.Terminal;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Command {@code serve}: runs a node until it is stopped. */
@Command(
        name = "serve",
        description = "Start a node: the page, the HTTP API and the browsers that do the work. Ctrl-C shuts it down"
                + " gracefully; unfinished jobs continue at the next start.",
        footer = {
            "  rowhound serve",
            "  rowhound serve --port 9000 --set worker.slots=4",
            "  rowhound serve --config production.json --role web"
        })
final class ServeCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private NodeOptions node = new NodeOptions();

    @Option(names = "--port", paramLabel = "PORT", description = "The port of the page and the API (http.port).")
    private @Nullable Integer port;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            description = "web serves the page and the API, worker performs look-ups. Repeatable."
                    + " Default: the roles from the configuration, which are both unless configured.")
    private Set<String> roles = new LinkedHashSet<>();

    ServeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        Map<String, String> flags = new LinkedHashMap<>();
        if (port != null) {
            flags.put("http.port", port.toString());
        }
        if (!roles.isEmpty()) {
            flags.put("roles", String.join(",", roles));
        }
        JsonObject config = node.load(flags);
        LogTarget.console(config);
        try (EmbeddedNode own = EmbeddedNode.launch(config, terminal)) {
            terminal.println(
                    config.getJsonArray("roles").contains("web")
                            ? "Rowhound is running at " + own.address() + " (Ctrl-C stops it)"
                            : "Rowhound is running as a worker (Ctrl-C stops it)");
            own.awaitStop();
        }
        return ExitCode.OK;
    }
}
