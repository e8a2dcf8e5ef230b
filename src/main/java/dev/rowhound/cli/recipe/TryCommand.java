package dev.rowhound.cli.recipe;

import dev.rowhound.cli.client.ServerClient;
import dev.rowhound.cli.console.CommandFailure;
import dev.rowhound.cli.console.LogTarget;
import dev.rowhound.cli.console.NodeOptions;
import dev.rowhound.cli.console.ProgressBar;
import dev.rowhound.cli.console.ShutdownHook;
import dev.rowhound.cli.console.Terminal;
import dev.rowhound.job.Politeness;
import dev.rowhound.job.TryOut;
import dev.rowhound.node.LocalTrials;
import dev.rowhound.recipe.Recipe;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Command {@code try}: tries a recipe on a few keys and shows the results. */
@Command(
        name = "try",
        description = "Look up one to ten keys with a recipe, once each. Shows the fields, the steps with their times,"
                + " the error and the path of the screenshot. Without --server, this needs neither a node nor"
                + " Redis.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every key was found or has no entry on the site",
            "1:a look-up failed or was blocked",
            "2:the command line, the configuration or the recipe is invalid"
        },
        footer = {
            "  rowhound try companies 0100109106                 a recipe from the folder",
            "  rowhound try ./my.json 0100109106 0101340108      a recipe file",
            "  rowhound try companies 0100109106 --json | jq .   the results as JSON",
            "  rowhound try shops 17 --server http://127.0.0.1:8102"
        })
public final class TryCommand implements Callable<Integer> {
    /** The time that a server may need beyond a lookup: for other try-outs and a browser's start. */
    private static final Duration SERVER_TIMEOUT = Duration.ofMinutes(5);

    private static final int MINUTE_MILLIS = 60_000;
    private static final long CLOSE_TIMEOUT_SECONDS = 4;

    private final Terminal terminal;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "RECIPE", description = "The name of a recipe, or a file.")
    private String recipe = "";

    @Parameters(index = "1..*", paramLabel = "KEY", arity = "1..*", description = "The keys to look up, at most 10.")
    private List<String> keys = new ArrayList<>();

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FOLDER",
            defaultValue = "try-out",
            description = "The folder for screenshots and other files (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("try-out");

    @Option(names = "--json", description = "Print the results as JSON.")
    private boolean json;

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "Run on this server, with its recipe of that name. A file is sent to the server, which"
                    + " requires a user who may change recipes there.")
    private @Nullable URI server;

    @Option(names = "--user", paramLabel = "NAME", defaultValue = "", description = "Your user name on the server.")
    private String user = "";

    @Mixin
    private NodeOptions node = new NodeOptions();

    public TryCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @FunctionalInterface
    private interface LookUp {
        /** Returns the result in the API's format. */
        JsonObject run(String key) throws InterruptedException;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (keys.size() > TryOut.MAX_KEYS) {
            throw new ParameterException(
                    spec.commandLine(), "There are " + keys.size() + " keys; pass at most " + TryOut.MAX_KEYS);
        }
        return server == null ? onThisMachine() : onServer(new ServerClient(server));
    }

    private int onServer(ServerClient client) throws InterruptedException {
        JsonObject document = null;
        String name = recipe;
        if (RecipeFile.isMeant(recipe)) {
            Recipe read = RecipeFile.read(Path.of(recipe));
            document = read.source();
            name = read.name();
        }
        String named = name;
        JsonObject given = document;
        return report(key -> {
            JsonObject body = new JsonObject().put("keys", new JsonArray().add(key));
            if (given != null) {
                body.put("recipe", given);
            }
            try {
                return client.tryRecipe(named, user, body, SERVER_TIMEOUT)
                        .getJsonArray("trials")
                        .getJsonObject(0);
            } catch (IOException e) {
                throw client.unreachable(e);
            }
        });
    }

    private int onThisMachine() throws InterruptedException {
        Map<String, String> flags = new LinkedHashMap<>();
        // Only the browser's part of the configuration matters here.
        flags.put("roles", "web,worker");
        JsonObject config = node.load(flags);
        Recipe read = RecipeFile.isMeant(recipe)
                ? RecipeFile.read(Path.of(recipe))
                : RecipeFile.named(recipe, NodeOptions.home().resolve(config.getString("recipes")));
        LogTarget.file(config, "try.log");
        CountDownLatch closed = new CountDownLatch(1);
        try (LocalTrials runner = CommandFailure.attempt(
                        "", () -> LocalTrials.launch(config, NodeOptions.home(), terminal::printError));
                ShutdownHook shutdownHook = new ShutdownHook(terminal, () -> end(runner, closed))) {
            shutdownHook.message("Stopping");
            int[] looked = {0};
            return report(key -> {
                if (looked[0]++ > 0) {
                    TimeUnit.MILLISECONDS.sleep(pause(read.politeness(), looked[0]));
                }
                return runner.run(read, key).toJson();
            });
        } finally {
            closed.countDown();
        }
    }

    /** Kills the browser and waits until the command's thread has deleted its files. */
    private static void end(LocalTrials runner, CountDownLatch closed) {
        runner.abort();
        try {
            boolean unused = closed.await(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the pause before a lookup that the recipe asks for; only nodes enforce the limits of hosts. */
    private static long pause(Politeness politeness, int number) {
        int rate = politeness.ratePerMinute();
        int interval = rate > 0 && number > Math.max(1, politeness.burst()) ? MINUTE_MILLIS / rate : 0;
        return Math.max(interval, politeness.delayMaxMillis());
    }

    private int report(LookUp lookUp) throws InterruptedException {
        TrialReport report = new TrialReport(terminal, out, json);
        boolean answered = true;
        for (int i = 0; i < keys.size(); i++) {
            if (terminal.interactive()) {
                terminal.draw(ProgressBar.render(
                        i, keys.size(), "looking up " + keys.get(i), terminal.columns() - 1, terminal.blocks()));
            }
            JsonObject trial;
            try {
                trial = lookUp.run(keys.get(i));
            } finally {
                terminal.eraseLine();
            }
            answered &= report.print(i + 1, trial);
        }
        report.end();
        return answered ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
