package dev.rowhound.app.recipe;

import dev.rowhound.app.Refusal;
import dev.rowhound.config.InvalidConfigException;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipestore.RecipeCatalogue;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/**
 * The recipe that a request selects.
 *
 * @param name the recipe's name, or null if the request has none
 * @param version the version, or null for the newest
 * @param field the request field that holds the name
 */
public record RecipeChoice(@Nullable String name, @Nullable Integer version, String field) {
    /** The name of the form field and query parameter with the version. */
    public static final String VERSION = "recipe_version";

    private static final int MAX_VERSION = 1_000_000_000;

    /**
     * Reads the choice from the fields of an upload.
     *
     * @throws Refusal for an invalid version
     */
    public static RecipeChoice of(MultiMap fields) {
        String name = fields.get("recipe");
        return new RecipeChoice(
                name == null || name.isBlank() ? null : name, version(fields.get(VERSION), VERSION), "recipe");
    }

    /**
     * Parses a version; null for a missing or blank text.
     *
     * @throws Refusal for an invalid version
     */
    public static @Nullable Integer version(@Nullable String text, String field) {
        if (text == null || text.isBlank()) {
            return null;
        }
        if (text.matches("\\d{1,9}") && Integer.parseInt(text) > 0) {
            return Integer.valueOf(text);
        }
        throw Refusal.of(
                "invalid_field", field + " is \"" + text + "\"; use a whole number from 1 to " + MAX_VERSION, field);
    }

    /**
     * Finds the chosen recipe.
     *
     * @return fails with a {@link Refusal} if it does not exist
     */
    public Future<Recipe> in(RecipeCatalogue recipes) {
        if (name == null) {
            return recipes.suggestionFor("")
                    .compose(suggestion -> refused(Refusal.of(
                            "missing_field",
                            "the field \"recipe\" is missing; send it, in a form before the file. " + suggestion,
                            field)));
        }
        Future<@Nullable Recipe> lookup = version == null ? recipes.find(name) : recipes.find(name, version);
        return lookup.compose(recipe -> recipe == null ? noSuchChoice(recipes) : Future.succeededFuture(recipe))
                .recover(error -> Future.failedFuture(
                        error instanceof InvalidConfigException
                                ? Refusal.of("recipe_unreadable", String.valueOf(error.getMessage()), field)
                                : error));
    }

    private Future<Recipe> noSuchChoice(RecipeCatalogue recipes) {
        String recipeName = String.valueOf(name);
        if (version == null) {
            return noSuchRecipe(recipes, recipeName, field);
        }
        return recipes.find(recipeName)
                .compose(newest -> newest == null
                        ? noSuchRecipe(recipes, recipeName, field)
                        : refused(Refusal.of(
                                "no_such_version",
                                "there is no version " + version + " of the recipe \"" + recipeName
                                        + "\"; the newest is "
                                        + newest.version() + ", and /api/v1/recipes/" + recipeName
                                        + "/versions lists the available ones",
                                VERSION)));
    }

    /** Fails with {@code no_such_recipe} and a suggestion of existing recipes. */
    public static <T> Future<T> noSuchRecipe(RecipeCatalogue recipes, String name, String field) {
        return recipes.suggestionFor(name)
                .compose(suggestion -> refused(
                        Refusal.of("no_such_recipe", "there is no recipe \"" + name + "\"; " + suggestion, field)));
    }

    private static <T> Future<T> refused(Refusal error) {
        return Future.failedFuture(error);
    }
}
