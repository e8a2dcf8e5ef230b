package dev.rowhound.cli;

import dev.rowhound.cli.client.ServerClient;
import dev.rowhound.cli.console.CommandFailure;
import dev.rowhound.cli.console.EmbeddedNode;
import dev.rowhound.cli.console.LogTarget;
import dev.rowhound.cli.console.NodeOptions;
import dev.rowhound.cli.console.Terminal;
import dev.rowhound.cli.run.InputFile;
import dev.rowhound.cli.run.JobRun;
import dev.rowhound.cli.run.JobSummary;
import dev.rowhound.cli.run.ResultsFile;
import dev.rowhound.job.JobState;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Command {@code demo}: runs the demo site, a node and a job, and shows the results. */
@Command(
        name = "demo",
        description = "Look up 300 tax codes on a demo site that runs on this machine, show the progress, write"
                + " results.csv, and keep serving the page.",
        footer = {
            "  rowhound demo           then open the printed address; Ctrl-C stops it",
            "  rowhound demo --exit    a self-test: exits with 0 only if every result is as expected"
        })
final class DemoCommand implements Callable<Integer> {
    private static final String RECIPE = "companies";
    private static final int MAX_SHOWN_DIFFERENCES = 10;

    private final Class<?> main;
    private final Terminal terminal;

    @Mixin
    private NodeOptions node = new NodeOptions();

    @Option(
            names = "--exit",
            description = "Exit when the job ends, with exit code 0 only if every result equals"
                    + " examples/companies/expected.csv.")
    private boolean exit;

    @Option(names = "--port", paramLabel = "PORT", description = "The port of the page and the API (http.port).")
    private @Nullable Integer port;

    DemoCommand(Class<?> main, Terminal terminal) {
        this.main = main;
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        Path examples = NodeOptions.home().resolve("examples").resolve(RECIPE);
        Path input = examples.resolve("tax-codes.csv");
        Path results = Path.of("results.csv").toAbsolutePath();
        InputFile.check(input);
        ResultsFile.check(results);
        Map<String, String> flags = new LinkedHashMap<>();
        flags.put("roles", "web,worker");
        flags.put("worker.stop_ms", EmbeddedNode.STOP_MILLIS);
        if (port != null) {
            flags.put("http.port", port.toString());
        }
        JsonObject config = node.load(flags);
        Path log = LogTarget.file(config, "demo.log");
        DemoSiteProcess site = DemoSiteProcess.ensure(main, DemoSiteProcess.PORT, log.resolveSibling("demo-site.log"));
        terminal.println("The demo site " + site.description(exit));
        try {
            return demonstrate(config, log, input, results, examples.resolve("expected.csv"));
        } finally {
            if (exit) {
                site.stopIfOwn();
            }
        }
    }

    private int demonstrate(JsonObject config, Path log, Path input, Path results, Path expected)
            throws InterruptedException {
        terminal.println("Starting a node (its log: " + log + ")");
        try (EmbeddedNode own = EmbeddedNode.launch(config, terminal)) {
            ServerClient client = new ServerClient(own.address());
            JobRun run = new JobRun(client, terminal);
            own.shutdownMessage("Stopping; \"rowhound serve\" continues the job: " + client.page(run.id()));
            JsonObject job = run.run(input, Map.of("recipe", RECIPE));
            JobSummary.print(job, terminal);
            boolean completed = job.getString("state").equals(JobState.COMPLETED.wire());
            if (completed) {
                ResultsFile.save(client, run.id(), "csv", results);
                terminal.println("Results: " + results);
            }
            if (exit) {
                return completed && asExpected(results, expected) ? ExitCode.OK : ExitCode.SOFTWARE;
            }
            own.shutdownMessage("Stopping");
            terminal.println("Open " + client.page(run.id()) + " (Ctrl-C stops the demo)");
            own.awaitStop();
            return completed ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }

    private boolean asExpected(Path results, Path expected) {
        List<String> differences;
        try {
            differences = ResultsComparison.differences(results, expected);
        } catch (IOException e) {
            throw new CommandFailure(
                    "the results cannot be compared with " + expected + ": " + CommandFailure.sentence(e));
        }
        if (differences.isEmpty()) {
            terminal.println("All results are as expected");
            return true;
        }
        differences.stream().limit(MAX_SHOWN_DIFFERENCES).forEach(terminal::printError);
        terminal.printError(
                differences.size() + (differences.size() == 1 ? " difference" : " differences") + " from " + expected);
        return false;
    }
}
