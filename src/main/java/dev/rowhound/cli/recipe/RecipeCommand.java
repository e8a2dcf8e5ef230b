package dev.rowhound.cli.recipe;

import dev.rowhound.cli.console.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Command {@code recipe}, the parent of the commands for recipes. */
@Command(
        name = "recipe",
        description = "Work with recipes, the JSON documents that describe how a row is looked up.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"  rowhound recipe check conf/recipes/companies.json", "  rowhound recipe check conf/recipes/*.json"})
public final class RecipeCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private RecipeCommand() {}

    public static CommandLine commandLine(Terminal terminal) {
        return new CommandLine(new RecipeCommand()).addSubcommand(new RecipeCheckCommand(terminal));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: use check");
    }
}
