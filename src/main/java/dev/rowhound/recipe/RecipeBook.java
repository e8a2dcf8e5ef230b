package dev.rowhound.recipe;

import dev.rowhound.config.InvalidConfigException;
import dev.rowhound.config.JsonFile;
import dev.rowhound.config.Problems;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The recipes of a folder, read once at the node's start. */
public final class RecipeBook {
    private final SortedMap<String, Recipe> recipes;
    private final Map<String, String> fileOfName;

    private RecipeBook(SortedMap<String, Recipe> recipes, Map<String, String> fileOfName) {
        this.recipes = recipes;
        this.fileOfName = fileOfName;
    }

    /**
     * Reads every {@code *.json} file of a folder, except hidden ones.
     *
     * @throws InvalidConfigException with all problems of all files, if a file is invalid, two recipes have the same
     *     name, or there are none
     */
    public static RecipeBook load(Path folder) {
        Problems problems = new Problems("The recipes in " + folder);
        SortedMap<String, Recipe> recipes = new TreeMap<>();
        Map<String, String> fileOfName = new HashMap<>();
        for (Path file : files(folder, problems)) {
            String fileName = file.getFileName().toString();
            JsonObject json = JsonFile.read(file, fileName, problems);
            if (json == null) {
                continue;
            }
            Problems ofFile = new Problems(fileName);
            Recipe recipe = RecipeReader.read(json, ofFile);
            if (json.getValue("name") instanceof String name) {
                String other = fileOfName.putIfAbsent(name, fileName);
                if (other != null) {
                    ofFile.add("name", "is \"" + name + "\", the name of the recipe in " + other + "; use another one");
                }
            }
            problems.addAll(ofFile);
            if (recipe != null) {
                recipes.put(recipe.name(), recipe);
            }
        }
        problems.throwIfAny();
        return new RecipeBook(recipes, fileOfName);
    }

    public @Nullable Recipe find(String name) {
        return recipes.get(name);
    }

    /** Returns all recipes, sorted by name. */
    public List<Recipe> all() {
        return List.copyOf(recipes.values());
    }

    /** Returns the name of the file that holds the recipe, or null. */
    public @Nullable String fileOf(String name) {
        return fileOfName.get(name);
    }

    private static List<Path> files(Path folder, Problems problems) {
        if (!Files.isDirectory(folder)) {
            problems.add("", Files.exists(folder) ? "this is a file, not a folder" : "there is no such folder");
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> files = entries.filter(RecipeBook::isRecipe).sorted().toList();
            if (files.isEmpty()) {
                problems.add("", "the folder holds no recipe; put at least one *.json file there");
            }
            return files;
        } catch (IOException e) {
            problems.add("", "the folder cannot be read: " + e.getMessage());
            return List.of();
        }
    }

    private static boolean isRecipe(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".json") && !name.startsWith(".") && Files.isRegularFile(file);
    }
}
