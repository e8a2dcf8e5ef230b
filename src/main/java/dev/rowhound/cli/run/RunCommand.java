package dev.rowhound.cli.run;

import dev.rowhound.cli.client.ServerClient;
import dev.rowhound.cli.console.EmbeddedNode;
import dev.rowhound.cli.console.LogTarget;
import dev.rowhound.cli.console.NodeOptions;
import dev.rowhound.cli.console.ShutdownHook;
import dev.rowhound.cli.console.Terminal;
import dev.rowhound.job.JobState;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Command {@code run}: uploads a file, shows the progress and writes the results. */
@Command(
        name = "run",
        description = "Look up every row of a CSV file, show the progress, and write the results next to the input"
                + " columns. Rows that are not found or fail count as results: the exit code is 0 if the job"
                + " completed, 1 if it failed or was cancelled.",
        footer = {
            "  rowhound run companies.csv --recipe companies",
            "  rowhound run list.csv --recipe companies --column tax_code --out found.csv",
            "  rowhound run list.csv --recipe companies --server http://rowhound.example:8102",
            "  rowhound run list.csv --recipe companies --format ndjson --out - | head"
        })
public final class RunCommand implements Callable<Integer> {
    private enum Format {
        CSV,
        JSON,
        NDJSON;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether the first line is a header. */
    private enum Header {
        AUTO,
        YES,
        NO;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", description = "The CSV file, with one row per look-up.")
    private Path file = Path.of("");

    @Option(
            names = {"-r", "--recipe"},
            paramLabel = "NAME",
            required = true,
            description = "The recipe that describes the look-up; conf/recipes contains the recipes.")
    private String recipe = "";

    @Option(
            names = {"-c", "--column"},
            paramLabel = "NAME",
            description = "The column with the keys (default: the recipe's column, else the only one).")
    private @Nullable String column;

    @Option(
            names = "--header",
            paramLabel = "WHETHER",
            defaultValue = "auto",
            description = "Whether the first line is a header: auto, yes or no (default: ${DEFAULT-VALUE}).")
    private Header header = Header.AUTO;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            description = "The file for the results; - is standard output (default: results.csv in this folder,"
                    + " or with the format's extension).")
    private @Nullable Path out;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "csv",
            description = "csv, json or ndjson (default: ${DEFAULT-VALUE}).")
    private Format format = Format.CSV;

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "The server to use. Without it, the command starts its own node, on free ports unless"
                    + " --port or --set is given, and stops it at the end.")
    private @Nullable URI server;

    @Option(names = "--port", paramLabel = "PORT", description = "The port of the command's own node (http.port).")
    private @Nullable Integer port;

    @Mixin
    private NodeOptions node = new NodeOptions();

    public RunCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        InputFile.check(file);
        Path target = out == null ? Path.of("results." + format) : out;
        if (isStandardOutput(target)) {
            terminal.keepOutputForData();
        } else {
            ResultsFile.check(target);
        }
        return server == null ? runOnOwnNode(target) : runOnServer(server, target);
    }

    private int runOnServer(URI address, Path target) throws InterruptedException {
        ServerClient client = new ServerClient(address);
        JobRun run = new JobRun(client, terminal);
        try (ShutdownHook shutdownHook = new ShutdownHook(terminal, () -> {})) {
            shutdownHook.message(
                    "Stopped watching; the job continues if its upload was complete: " + client.page(run.id()));
            return run(client, run, target);
        }
    }

    private int runOnOwnNode(Path target) throws InterruptedException {
        JsonObject config = node.load(flags(port));
        Path log = LogTarget.file(config, "run.log");
        terminal.println("Starting a node (its log: " + log + ")");
        try (EmbeddedNode own = EmbeddedNode.launch(config, terminal)) {
            ServerClient client = new ServerClient(own.address());
            JobRun run = new JobRun(client, terminal);
            own.shutdownMessage("Stopping; \"rowhound serve\" continues the job under /?job=" + run.id());
            return run(client, run, target);
        }
    }

    /** Returns the settings of a node for one job. */
    static Map<String, String> flags(@Nullable Integer port) {
        return Map.of(
                "http.port",
                port == null ? "0" : port.toString(),
                "management.port",
                "0",
                "roles",
                "web,worker",
                "worker.stop_ms",
                EmbeddedNode.STOP_MILLIS);
    }

    private int run(ServerClient client, JobRun run, Path target) throws InterruptedException {
        JsonObject job = run.run(file, fields());
        JobSummary.print(job, terminal);
        boolean completed = job.getString("state").equals(JobState.COMPLETED.wire());
        if (job.getString("state").equals(JobState.FAILED.wire())) {
            return ExitCode.SOFTWARE;
        }
        if (isStandardOutput(target)) {
            ResultsFile.copy(client, run.id(), format.toString(), terminal.out());
        } else {
            ResultsFile.save(client, run.id(), format.toString(), target);
            terminal.println("Results: " + target.toAbsolutePath());
        }
        return completed ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("recipe", recipe);
        if (column != null) {
            fields.put("column", column);
        }
        if (header != Header.AUTO) {
            fields.put(
                    "options",
                    new JsonObject().put("header", header == Header.YES).encode());
        }
        return fields;
    }

    private static boolean isStandardOutput(Path target) {
        return target.toString().equals("-");
    }
}
