package dev.rowhound.cli;

import dev.rowhound.cli.console.CommandFailure;
import dev.rowhound.cli.console.Terminal;
import dev.rowhound.cli.doctor.DoctorCommand;
import dev.rowhound.cli.recipe.RecipeCommand;
import dev.rowhound.cli.recipe.TryCommand;
import dev.rowhound.cli.run.RunCommand;
import dev.rowhound.config.InvalidConfigException;
import dev.rowhound.config.NearestName;
import java.util.List;
import java.util.Set;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code rowhound}, the parent of all subcommands. */
@Command(
        name = "rowhound",
        description = "Takes a list and tracks every row down with a real browser, live.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:the job or check failed",
            "2:the command line, the configuration or an input file is invalid"
        },
        footerHeading = "%nExamples:%n")
public final class RowhoundCommand implements Runnable {

    private static final int INTERRUPTED = 130;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private RowhoundCommand() {}

    /**
     * Runs the command line. The caller must exit with the returned code; on Ctrl-C or SIGTERM, a shutdown hook stops a
     * node that the command has started.
     *
     * @param args the arguments after the program's name
     * @param main the program's main class, for starting this program as another process
     * @return the exit code: 0 done, 1 the work failed, 2 wrong usage, 130 interrupted
     */
    public static int run(String[] args, Class<?> main) {
        return commandLine(main, Terminal.ofProcess()).execute(args);
    }

    public static CommandLine commandLine(Class<?> main, Terminal terminal) {
        CommandLine root = new CommandLine(new RowhoundCommand());
        root.addSubcommand(new DemoCommand(main, terminal));
        root.addSubcommand(new RunCommand(terminal));
        root.addSubcommand(new ServeCommand(terminal));
        root.addSubcommand(new TryCommand(terminal));
        root.addSubcommand(RecipeCommand.commandLine(terminal));
        root.addSubcommand(new DoctorCommand(terminal));
        root.addSubcommand(new InstallCommand(terminal));
        root.addSubcommand(new DemoSiteCommand(terminal));
        root.getCommandSpec()
                .usageMessage()
                .footer(
                        "  rowhound demo                                   try it on 300 tax codes",
                        "  rowhound run companies.csv --recipe companies   look up a file of your own",
                        "  rowhound serve                                  serve the page and the API",
                        "  rowhound try companies 0100109106               try a recipe on a key",
                        "  rowhound recipe check my.json                   validate a recipe",
                        "  rowhound doctor --url https://rowhound.example     check the proxies in front of a node",
                        "",
                        "\"rowhound COMMAND --help\" describes a command.");
        String version = "rowhound " + version();
        root.getCommandSpec().version(version);
        root.getSubcommands().values().forEach(command -> {
            command.getCommandSpec().version(version);
            command.getSubcommands()
                    .values()
                    .forEach(inner -> inner.getCommandSpec().version(version));
        });
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setParameterExceptionHandler((e, args) -> wrongUsage(e, terminal));
        root.setExecutionExceptionHandler(failure(terminal));
        return root;
    }

    /** Returns the jar's version, or {@code development} outside a jar. */
    private static String version() {
        String version = RowhoundCommand.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Missing command: use demo, run, serve, try, recipe, doctor or install");
    }

    private static int wrongUsage(ParameterException e, Terminal terminal) {
        CommandLine command = e.getCommandLine();
        String sentence = e instanceof UnmatchedArgumentException unmatched
                ? unknown(unmatched.getUnmatched().get(0), command)
                : CommandFailure.sentence(e).replace(System.lineSeparator(), " ");
        terminal.printError(error(command, "rowhound: " + sentence));
        terminal.printError("\"" + command.getCommandSpec().qualifiedName() + " --help\" shows the usage.");
        return ExitCode.USAGE;
    }

    private static String unknown(String argument, CommandLine command) {
        boolean option = argument.startsWith("-");
        Set<String> known = option
                ? command.getCommandSpec().optionsMap().keySet()
                : command.getSubcommands().keySet();
        // Every name is near to one as short as -h.
        List<String> candidates =
                known.stream().filter(name -> name.length() > 2).toList();
        String kind = option ? "option" : known.isEmpty() ? "argument" : "command";
        String nearest = NearestName.of(argument, candidates);
        return "Unknown " + kind + " \"" + argument + "\""
                + (nearest == null ? "" : "; did you mean \"" + nearest + "\"?");
    }

    private static IExecutionExceptionHandler failure(Terminal terminal) {
        return (e, command, parsed) -> {
            if (e instanceof InterruptedException) {
                return INTERRUPTED;
            }
            if (e instanceof CommandFailure failure) {
                terminal.printError(error(command, "rowhound: " + failure.getMessage()));
                return failure.exitCode();
            }
            if (e instanceof InvalidConfigException) {
                terminal.printError(error(command, "rowhound: " + e.getMessage()));
                return ExitCode.USAGE;
            }
            // A bug of this program: its stack trace goes to the log.
            LoggerFactory.getLogger(RowhoundCommand.class).error("The command {} failed", command.getCommandName(), e);
            terminal.printError(
                    error(command, "rowhound: unexpected " + e.getClass().getSimpleName() + ": " + e.getMessage()));
            return ExitCode.SOFTWARE;
        };
    }

    private static String error(CommandLine command, String text) {
        return command.getColorScheme().errorText(text).toString();
    }
}
