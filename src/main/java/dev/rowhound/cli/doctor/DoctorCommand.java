package dev.rowhound.cli.doctor;

import dev.rowhound.cli.client.ServerClient;
import dev.rowhound.cli.console.CommandFailure;
import dev.rowhound.cli.console.Terminal;
import java.net.URI;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Command {@code doctor}: checks a deployment from outside. */
@Command(
        name = "doctor",
        description =
                "Check how the proxies between this machine and a node affect live progress: whether events arrive"
                        + " one by one or in batches, compressed or from a cache, when an idle stream or WebSocket is cut,"
                        + " whether a watcher can resume, and how large uploads may be. For each finding, print the setting of"
                        + " nginx, Apache, HAProxy, Cloudflare or the load balancer to change. Needs no job and leaves nothing"
                        + " behind. Run it from your users' network.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:no findings",
            "1:there are findings",
            "2:the command line is invalid, or no node responds at the address"
        },
        footer = {
            "  rowhound doctor --url https://rowhound.example           all checks, about two minutes",
            "  rowhound doctor --url https://rowhound.example --quick   without the idle checks",
            "  rowhound doctor --url http://127.0.0.1:8102           the node without a proxy",
            "  rowhound doctor --url https://rowhound.example --json    the report as JSON"
        })
public final class DoctorCommand implements Callable<Integer> {
    private static final int DEFAULT_SECONDS = 130;
    private static final int OVERHEAD_SECONDS = 3;

    private final Terminal terminal;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-u", "--url"},
            paramLabel = "URL",
            required = true,
            description = "The URL at which users reach the deployment.")
    private @Nullable URI url;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "Duration of the idle checks in seconds, 1 to " + Settings.MAX_SILENCE_SECONDS + " (default: "
                    + DEFAULT_SECONDS + ", because Cloudflare cuts idle connections after 100 to 125 s).")
    private @Nullable Integer seconds;

    @Option(names = "--quick", description = "Skip the idle checks and uploads above 12 MB.")
    private boolean quick;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    public DoctorCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (seconds != null && (seconds < 1 || seconds > Settings.MAX_SILENCE_SECONDS)) {
            throw new ParameterException(
                    spec.commandLine(), "--seconds is " + seconds + "; use 1 to " + Settings.MAX_SILENCE_SECONDS);
        }
        if (seconds != null && quick) {
            throw new ParameterException(
                    spec.commandLine(), "--quick skips the idle checks; it cannot be combined with --seconds");
        }
        if (url == null) {
            throw new IllegalStateException("--url is required");
        }
        Settings settings = quick ? Settings.quick() : Settings.thorough(seconds == null ? DEFAULT_SECONDS : seconds);
        Report report;
        long expected = Math.max(settings.silence(), settings.flow()) + OVERHEAD_SECONDS;
        try (DoctorDisplay display = new DoctorDisplay(terminal, expected)) {
            report = new Doctor(settings, display).examine(ServerClient.checked(url));
        } catch (UnreachableException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), ExitCode.USAGE);
        }
        if (json) {
            terminal.println(report.toJson().encodePrettily());
        } else {
            DoctorDisplay.print(report, terminal);
        }
        return report.healthy() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
