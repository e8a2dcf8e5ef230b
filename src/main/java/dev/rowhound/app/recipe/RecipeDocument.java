package dev.rowhound.app.recipe;

import dev.rowhound.app.Refusal;
import dev.rowhound.config.JsonFile;
import dev.rowhound.config.Problems;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.RecipeReader;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Reads recipes from requests and reports all errors of a recipe at once. */
public final class RecipeDocument {
    private static final int MAX_PROBLEMS_IN_MESSAGE = 3;

    private RecipeDocument() {}

    /**
     * Parses a JSON object.
     *
     * @throws Refusal with line and column if the text is not a JSON object
     */
    public static JsonObject object(@Nullable String text, String description) {
        Problems problems = new Problems(description);
        JsonObject json = JsonFile.parse(text == null ? "" : text, description, problems);
        if (json == null) {
            throw Refusal.of("invalid_json", problems.list().get(0).toString());
        }
        return json;
    }

    /**
     * Reads a recipe.
     *
     * @param name the recipe's name in the URL; a name in the document must equal it
     * @param path the path of the recipe in the request, or the empty string if it is the whole body
     * @throws Refusal with each error under {@code problems}
     */
    public static Recipe recipe(JsonObject document, String name, String path) {
        Problems problems = new Problems("the recipe");
        JsonObject named = document.copy();
        if (named.getValue("name") == null) {
            named = new JsonObject().put("name", name).mergeIn(named).put("name", name);
        }
        Recipe recipe = RecipeReader.read(named, problems);
        if (named.getValue("name") instanceof String given && !given.equals(name)) {
            problems.add("name", "is \"" + given + "\", but the URL names \"" + name + "\"; omit it");
        }
        if (recipe != null && recipe.start().internal()) {
            problems.add(
                    "start.internal",
                    "is allowed only in recipes from the node's folder; omit it, and ask the operator to add the"
                            + " site to crawl.allow");
        }
        if (recipe == null || !problems.isEmpty()) {
            throw faults(problems, path);
        }
        return recipe;
    }

    private static Refusal faults(Problems problems, String path) {
        int count = problems.count();
        JsonArray list = new JsonArray();
        String head = path.isEmpty() ? "" : path + ".";
        problems.list()
                .forEach(problem -> list.add(new JsonObject()
                        .put("path", problem.path().isEmpty() ? path : head + problem.path())
                        .put("message", problem.message())));
        String first = String.join(
                "; ",
                problems.list().stream()
                        .limit(MAX_PROBLEMS_IN_MESSAGE)
                        .map(Problems.Problem::toString)
                        .toList());
        String more = count > MAX_PROBLEMS_IN_MESSAGE ? "; and " + (count - MAX_PROBLEMS_IN_MESSAGE) + " more" : "";
        return Refusal.of(
                        "invalid_recipe",
                        "the recipe has " + (count == 1 ? "a fault: " : count + " faults: ") + first + more,
                        list.getJsonObject(0).getString("path"))
                .with("problems", list);
    }
}
