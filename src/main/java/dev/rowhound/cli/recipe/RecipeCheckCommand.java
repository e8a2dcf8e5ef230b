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
        description =
                "Validate recipes. Reports every fault with its place in the document; for a valid recipe, prints a"
                        + " summary and warnings about probable mistakes. Does not look anything up; use \"rowhound try\" for"
                        + " that.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every recipe is valid, possibly with warnings",
            "1:a recipe is invalid",
            "2:the command line is invalid"
        },
        footer = {
            "  rowhound recipe check conf/recipes/companies.json",
            "  rowhound recipe check my.json && rowhound try my.json 0100109106"
        })
final class RecipeCheckCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Recipe files in JSON.")
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
                terminal.println(file + ": " + (count == 1 ? "1 fault" : count + " faults"));
                problems.list().forEach(problem -> terminal.println("  " + problem));
            } else {
                terminal.println(file + ": valid");
                RecipeSummary.lines(recipe).forEach(line -> terminal.println("  " + line));
                RecipeSummary.warnings(recipe).forEach(warning -> terminal.println("  warning: " + warning));
            }
        }
        return allValid ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
