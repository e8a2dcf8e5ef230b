package dev.rowhound.app.recipe;

import dev.rowhound.app.Refusal;
import dev.rowhound.config.JsonFile;
import dev.rowhound.config.Problems;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.RecipeReader;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Reads recipes that callers send. All faults are told at once. */
public final class RecipeDocument {
    private static final int TOLD_IN_SENTENCE = 3;

    private RecipeDocument() {}

    /**
     * A JSON object.
     *
     * @throws Refusal with 400, line and column where it is none
     */
    public static JsonObject object(@Nullable String text, String what) {
        Problems problems = new Problems(what);
        JsonObject json = JsonFile.parse(text == null ? "" : text, what, problems);
        if (json == null) {
            throw Refusal.of("invalid_json", problems.list().get(0).toString());
        }
        return json;
    }

    /**
     * A recipe.
     *
     * @param name what the recipe is called; taken where the document has no name
     * @param path where the document stands in the request, the empty string for the whole of it
     * @throws Refusal with 400 and each fault under {@code problems}
     */
    public static Recipe recipe(JsonObject document, String name, String path) {
        Problems problems = new Problems("the recipe");
        JsonObject named = document.copy();
        if (named.getValue("name") == null) {
            named = new JsonObject().put("name", name).mergeIn(named).put("name", name);
        }
        Recipe recipe = RecipeReader.read(named, problems);
        if (named.getValue("name") instanceof String given && !given.equals(name)) {
            problems.add("name", "is \"" + given + "\", but the address says \"" + name + "\"; leave it out");
        }
        if (recipe != null && recipe.start().internal()) {
            problems.add(
                    "start.internal",
                    "is for recipes of the node's folder only; leave it out, and have the operator add the site to"
                            + " crawl.allow");
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
                        .limit(TOLD_IN_SENTENCE)
                        .map(Problems.Problem::toString)
                        .toList());
        String more = count > TOLD_IN_SENTENCE ? "; and " + (count - TOLD_IN_SENTENCE) + " more" : "";
        return Refusal.of(
                        "invalid_recipe",
                        "the recipe has " + (count == 1 ? "a fault: " : count + " faults: ") + first + more,
                        list.getJsonObject(0).getString("path"))
                .with("problems", list);
    }
}
