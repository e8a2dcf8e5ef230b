package dev.rowhound.http.recipe;

import dev.rowhound.app.recipe.Recipes;
import dev.rowhound.app.tryout.TryOuts;
import dev.rowhound.http.request.RouteModule;
import dev.rowhound.http.request.RouteTable;

/**
 * The routes of recipes.
 *
 * @param recipes reads and changes recipes
 * @param tryOuts runs recipes on sample keys
 */
public record RecipeRoutes(Recipes recipes, TryOuts tryOuts) implements RouteModule {
    @Override
    public void mount(RouteTable routes, Server server) {
        RecipesHandler handler = new RecipesHandler(recipes);
        routes.get("/api/v1/recipes").handler(handler::list);
        routes.get("/api/v1/recipes/:name").handler(handler::one);
        routes.get("/api/v1/recipes/:name/versions").handler(handler::versions);
        routes.put("/api/v1/recipes/:name")
                .right(recipes.editors()::require)
                .body(Recipes.MAX_BYTES)
                .handler(handler::put);
        routes.delete("/api/v1/recipes/:name").right(recipes.editors()::require).answerOnce(handler::delete);
        routes.post("/api/v1/recipes/:name/try").body(TryOuts.MAX_BYTES).handler(new TryOutHandler(tryOuts)::handle);
    }
}
