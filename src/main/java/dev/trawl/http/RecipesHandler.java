package dev.trawl.http;

import dev.trawl.recipe.Recipe;
import dev.trawl.recipe.RecipeBook;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** The recipes that this node knows. */
final class RecipesHandler {
    private final RecipeBook recipes;

    RecipesHandler(RecipeBook recipes) {
        this.recipes = recipes;
    }

    /** {@code GET /api/v1/recipes}. */
    void list(RoutingContext context) {
        JsonArray list = new JsonArray();
        for (Recipe recipe : recipes.all()) {
            list.add(new JsonObject()
                    .put("name", recipe.name())
                    .put("version", recipe.version())
                    .put("title", recipe.title())
                    .put("description", recipe.description())
                    .put("column", recipe.input().column())
                    .put("fields", new JsonArray(recipe.fieldNames())));
        }
        var unused = context.json(new JsonObject().put("recipes", list));
    }

    /** {@code GET /api/v1/recipes/{name}}. */
    void one(RoutingContext context) {
        String name = context.pathParam("name");
        Recipe recipe = recipes.find(name);
        if (recipe == null) {
            throw new ApiException(noSuchRecipe(recipes, name, 404));
        }
        var unused = context.json(recipe.source());
    }

    /** There is no recipe of that name, with the ones that there are. */
    static ApiError noSuchRecipe(RecipeBook recipes, String name, int status) {
        return ApiError.of(
                status,
                "no_such_recipe",
                "there is no recipe \"" + name + "\"; " + recipes.suggestionFor(name),
                "recipe");
    }
}
