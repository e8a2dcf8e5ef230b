package dev.rowhound.cli.recipe;

import dev.rowhound.cli.console.CommandFailure;
import dev.rowhound.config.JsonFile;
import dev.rowhound.config.Problems;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.RecipeBook;
import dev.rowhound.recipe.RecipeReader;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;

/** Finds the recipe that a command line names. */
final class RecipeFile {
    private RecipeFile() {}

    /** Returns whether the argument means a file and not a recipe's name. */
    static boolean isMeant(String given) {
        return given.endsWith(".json") || given.contains("/") || Files.isRegularFile(Path.of(given));
    }

    /**
     * Reads a recipe.
     *
     * @throws dev.rowhound.config.InvalidConfigException with all problems
     */
    static Recipe read(Path file) {
        Problems problems = new Problems(file.toString());
        Recipe recipe = read(file, problems);
        problems.throwIfAny();
        if (recipe == null) {
            throw new IllegalStateException(file + " has no recipe and no fault");
        }
        return recipe;
    }

    /** Reads a recipe, or returns null and adds the problems. */
    static @Nullable Recipe read(Path file, Problems problems) {
        JsonObject json = JsonFile.read(file, "", problems);
        return json == null ? null : RecipeReader.read(json, problems);
    }

    /**
     * Finds a recipe by name in a folder.
     *
     * @throws CommandFailure with {@link ExitCode#USAGE} if there is none
     */
    static Recipe named(String name, Path folder) {
        RecipeBook book = RecipeBook.load(folder);
        Recipe recipe = book.find(name);
        if (recipe == null) {
            throw new CommandFailure(
                    "there is no recipe \"" + name + "\" in " + folder + "; it contains "
                            + String.join(
                                    ", ", book.all().stream().map(Recipe::name).toList())
                            + ". Or pass a file, such as ./" + name + ".json",
                    ExitCode.USAGE);
        }
        return recipe;
    }
}
