package dev.rowhound.http.recipe;

import dev.rowhound.app.StoreRoom;
import dev.rowhound.http.request.RouteModule;
import dev.rowhound.http.request.RouteTable;
import dev.rowhound.job.TryOut;
import dev.rowhound.recipestore.RecipeCatalogue;

/**
 * The routes of recipes.
 *
 * @param recipes the recipes that this node knows
 * @param editors who may change them
 * @param room whether the store takes more
 * @param tryOut tries recipes
 */
public record RecipeRoutes(RecipeCatalogue recipes, RecipeEditors editors, StoreRoom room, TryOut tryOut)
        implements RouteModule {
    @Override
    public void mount(RouteTable routes, Server server) {
        RecipesHandler reading = new RecipesHandler(recipes, editors);
        RecipeUploads changing = new RecipeUploads(recipes, room);
        routes.get("/api/v1/recipes").handler(reading::list);
        routes.get("/api/v1/recipes/:name").handler(reading::one);
        routes.get("/api/v1/recipes/:name/versions").handler(reading::versions);
        routes.put("/api/v1/recipes/:name")
                .right(editors::require)
                .body(RecipeUploads.MAX_BYTES)
                .handler(changing::put);
        routes.delete("/api/v1/recipes/:name").right(editors::require).answerOnce(changing::delete);
        routes.post("/api/v1/recipes/:name/try")
                .body(TryOutHandler.MAX_BYTES)
                .handler(new TryOutHandler(recipes, editors, tryOut)::handle);
    }
}
