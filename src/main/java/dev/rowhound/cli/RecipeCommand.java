package dev.rowhound.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What can be done with recipes, by its subcommands. */
@Command(
        name = "recipe",
        description = "Work on recipes, the JSON documents that say how a row is looked up.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"  rowhound recipe check conf/recipes/companies.json", "  rowhound recipe check conf/recipes/*.json"})
final class RecipeCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private RecipeCommand() {}

    static CommandLine commandLine(Terminal terminal) {
        return new CommandLine(new RecipeCommand()).addSubcommand(new RecipeCheckCommand(terminal));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: give check");
    }
}
