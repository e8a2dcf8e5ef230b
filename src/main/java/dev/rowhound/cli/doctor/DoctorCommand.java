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
        description = "Check from here what the proxies between this machine and a node do to live progress: whether"
                + " events come one by one or in lumps, compressed or out of a cache, after how many seconds a silent"
                + " stream or WebSocket is cut, whether a watcher can go on where it was, how large uploads may be; and"
                + " say for each finding which setting of nginx, Apache, HAProxy, Cloudflare or the load balancer to"
                + " change. No job is needed, and nothing is left behind. Run it from where your users are.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all is well",
            "1:there are findings",
            "2:the command line cannot be used, or no node answers at the address"
        },
        footer = {
            "  rowhound doctor --url https://rowhound.example           all, in about two minutes",
            "  rowhound doctor --url https://rowhound.example --quick   no waiting for idle cuts",
            "  rowhound doctor --url http://127.0.0.1:8102           the node without its proxy",
            "  rowhound doctor --url https://rowhound.example --json    for a program"
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
            description = "Where users reach the deployment.")
    private @Nullable URI url;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "How long silent connections are watched, 1 to " + Settings.MAX_SILENCE_SECONDS
                    + " (default: " + DEFAULT_SECONDS + ", for Cloudflare cuts after 100 to 125 s).")
    private @Nullable Integer seconds;

    @Option(names = "--quick", description = "Watch no silent connections and try no upload above 12 MB.")
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
                    spec.commandLine(), "--seconds is " + seconds + "; give 1 to " + Settings.MAX_SILENCE_SECONDS);
        }
        if (seconds != null && quick) {
            throw new ParameterException(
                    spec.commandLine(), "--quick watches no silent connections; give it without --seconds");
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
