package dev.rowhound.app.recipe;

import dev.rowhound.app.Refusal;
import dev.rowhound.app.StoreRoom;
import dev.rowhound.job.Caller;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipestore.RecipeCatalogue;
import dev.rowhound.recipestore.RecipeStore;
import dev.rowhound.recipestore.RecipeStore.Change;
import dev.rowhound.recipestore.RecipeStore.ChangeOutcome;
import dev.rowhound.recipestore.RecipeStore.Version;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads recipes and changes the uploaded ones. Recipes of the node's folder are changed only in their files.
 *
 * @param catalogue the recipes of the folder and the uploaded ones
 * @param editors the users who may change recipes
 * @param room whether the store accepts new data
 */
public record Recipes(RecipeCatalogue catalogue, RecipeEditors editors, StoreRoom room) {
    private static final Logger LOG = LoggerFactory.getLogger(Recipes.class);

    /** Limits the size of a recipe. */
    public static final int MAX_BYTES = 256 * 1024;

    /** The parameter with the version that a change expects to be the newest. */
    public static final String EXPECTED = "expected_version";

    /**
     * Finds a recipe.
     *
     * @param version null for the newest
     * @param field the request field that holds the name
     * @return fails with a {@link Refusal} if it does not exist
     */
    public Future<Recipe> find(String name, @Nullable Integer version, String field) {
        return new RecipeChoice(name, version, field).in(catalogue);
    }

    /** Lists the kept versions of an uploaded recipe, newest first; fails with a {@link Refusal} if there are none. */
    public Future<List<Version>> versions(String name) {
        return catalogue
                .store()
                .versions(name)
                .compose(versions -> versions.isEmpty()
                        ? RecipeChoice.noSuchRecipe(catalogue, name, "recipe")
                        : Future.succeededFuture(versions));
    }

    /**
     * Stores a recipe as its next version, unless the newest version has the same content.
     *
     * @param text the recipe's JSON
     * @param expected the version that must be the newest, 0 if there must be none, or {@link RecipeStore#ANY_VERSION}
     * @return whether the recipe was created, changed or the same; fails with a {@link Refusal} otherwise
     * @throws Refusal for a recipe from the folder, and for an invalid document
     */
    public Future<Change> put(Caller caller, String name, @Nullable String text, int expected) {
        refuseFile(name, "change that file, or use another name");
        Recipe recipe = RecipeDocument.recipe(RecipeDocument.object(text, "the recipe"), name, "");
        return room.require()
                .compose(checked -> catalogue.store().put(recipe, expected, caller.user()))
                .map(change -> switch (change.outcome()) {
                    case SAME -> change;
                    case CREATED, CHANGED -> {
                        LOG.info("{} uploaded version {} of the recipe {}", caller.user(), change.version(), name);
                        yield change;
                    }
                    case TOO_MANY ->
                        throw Refusal.of(
                                "too_many_recipes",
                                "the node already stores " + RecipeStore.MAX_RECIPES
                                        + " uploaded recipes; delete one first");
                    case TOO_LARGE ->
                        throw Refusal.of(
                                "recipes_too_large",
                                "the uploaded recipes with all versions may take " + RecipeStore.MAX_BYTES
                                        + " bytes in total; delete a recipe first");
                    default -> throw otherVersion(name, change.version());
                });
    }

    /**
     * Deletes an uploaded recipe with all its versions.
     *
     * @param expected the version that must be the newest, or {@link RecipeStore#ANY_VERSION}
     * @return fails with a {@link Refusal} if it was not deleted
     */
    public Future<Void> delete(Caller caller, String name, int expected) {
        return catalogue.store().delete(name, expected).compose(change -> {
            if (change.outcome() == ChangeOutcome.DELETED) {
                LOG.info("{} deleted the recipe {}", caller.user(), name);
                return Future.succeededFuture();
            }
            if (change.outcome() == ChangeOutcome.OTHER_VERSION) {
                return Future.failedFuture(otherVersion(name, change.version()));
            }
            refuseFile(name, "delete the file and restart the nodes");
            return RecipeChoice.noSuchRecipe(catalogue, name, "recipe");
        });
    }

    private void refuseFile(String name, String instead) {
        String file = catalogue.fileOf(name);
        if (file != null) {
            throw Refusal.of(
                    "recipe_of_file",
                    "the recipe \"" + name + "\" is defined by the file " + file + " in this node's recipe folder; "
                            + instead,
                    "name");
        }
    }

    private static Refusal otherVersion(String name, int newest) {
        return Refusal.of(
                "version_conflict",
                newest == 0
                        ? "there is no recipe \"" + name + "\"; it may have been deleted"
                        : "the newest version of the recipe \"" + name + "\" is " + newest
                                + "; fetch it, apply your change, and send it with that version",
                EXPECTED);
    }
}
