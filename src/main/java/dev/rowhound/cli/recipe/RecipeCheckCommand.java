package dev.rowhound.cli.recipe;

import dev.rowhound.cli.console.Terminal;
import dev.rowhound.config.Problems;
import dev.rowhound.recipe.Recipe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Parameters;

/** Command {@code recipe check}: validates recipes and summarises them. */
@Command(
        name = "check",
        description = "Tell all that is wrong with recipes, each fault with its place in the document; of a good one"
                + " what it does, and what looks like a mistake though it is allowed. Nothing is looked up: for that"
                + " there is \"rowhound try\".",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:every recipe is right, warnings aside", "1:one is not", "2:the command line cannot be used"},
        footer = {
            "  rowhound recipe check conf/recipes/companies.json",
            "  rowhound recipe check my.json && rowhound try my.json 0100109106"
        })
final class RecipeCheckCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "The recipes, a JSON file each.")
    private List<Path> files = new ArrayList<>();

    RecipeCheckCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        boolean allValid = true;
        for (Path file : files) {
            Problems problems = new Problems(file.toString());
            Recipe recipe = RecipeFile.read(file, problems);
            if (recipe == null) {
                allValid = false;
                int count = problems.count();
                terminal.println(file + ": " + (count == 1 ? "a fault" : count + " faults"));
                problems.list().forEach(problem -> terminal.println("  " + problem));
            } else {
                terminal.println(file + ": right");
                RecipeSummary.lines(recipe).forEach(line -> terminal.println("  " + line));
                RecipeSummary.warnings(recipe).forEach(warning -> terminal.println("  warning: " + warning));
            }
        }
        return allValid ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
