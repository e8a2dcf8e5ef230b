package dev.rowhound.app.recipe;

import dev.rowhound.app.Refusal;
import dev.rowhound.config.InvalidConfigException;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipestore.RecipeCatalogue;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/**
 * Which recipe a request asks for.
 *
 * @param name its name, or null where none was given
 * @param version its version, or null for the newest by then
 * @param field what the name stands in
 */
public record RecipeChoice(@Nullable String name, @Nullable Integer version, String field) {
    /** The form field, and the parameter, with the version. */
    public static final String VERSION = "recipe_version";

    private static final int MOST_VERSIONS = 1_000_000_000;

    /**
     * That of an upload's fields.
     *
     * @throws Refusal for a version that is no number
     */
    public static RecipeChoice of(MultiMap fields) {
        String name = fields.get("recipe");
        return new RecipeChoice(
                name == null || name.isBlank() ? null : name, version(fields.get(VERSION), VERSION), "recipe");
    }

    /**
     * A version as text, or null where none is given.
     *
     * @throws Refusal where it is none
     */
    public static @Nullable Integer version(@Nullable String text, String field) {
        if (text == null || text.isBlank()) {
            return null;
        }
        if (text.matches("\\d{1,9}") && Integer.parseInt(text) > 0) {
            return Integer.valueOf(text);
        }
        throw Refusal.of(
                "invalid_field", field + " is \"" + text + "\"; give a whole number from 1 to " + MOST_VERSIONS, field);
    }

    /**
     * The recipe as it is at this moment.
     *
     * @return fails with an {@link Refusal} where there is none
     */
    public Future<Recipe> in(RecipeCatalogue recipes) {
        if (name == null) {
            return recipes.suggestionFor("")
                    .compose(known -> refused(Refusal.of(
                            "missing_field",
                            "the field \"recipe\" is missing; name one, in a form before the file. " + known,
                            field)));
        }
        Future<@Nullable Recipe> found = version == null ? recipes.find(name) : recipes.find(name, version);
        return found.compose(recipe -> recipe == null ? none(recipes) : Future.succeededFuture(recipe))
                .recover(error -> Future.failedFuture(
                        error instanceof InvalidConfigException
                                ? Refusal.of("recipe_unreadable", String.valueOf(error.getMessage()), field)
                                : error));
    }

    private Future<Recipe> none(RecipeCatalogue recipes) {
        String wanted = String.valueOf(name);
        if (version == null) {
            return noSuchRecipe(recipes, wanted, field);
        }
        return recipes.find(wanted)
                .compose(newest -> newest == null
                        ? noSuchRecipe(recipes, wanted, field)
                        : refused(Refusal.of(
                                "no_such_version",
                                "there is no version " + version + " of the recipe \"" + wanted + "\"; the newest is "
                                        + newest.version() + ", and /api/v1/recipes/" + wanted
                                        + "/versions tells which are kept",
                                VERSION)));
    }

    /** Fails, saying that there is no recipe of that name, with the ones that there are. */
    public static <T> Future<T> noSuchRecipe(RecipeCatalogue recipes, String name, String field) {
        return recipes.suggestionFor(name)
                .compose(known ->
                        refused(Refusal.of("no_such_recipe", "there is no recipe \"" + name + "\"; " + known, field)));
    }

    private static <T> Future<T> refused(Refusal error) {
        return Future.failedFuture(error);
    }
}
