package dev.rowhound.http.recipe;

import dev.rowhound.app.recipe.RecipeChoice;
import dev.rowhound.http.request.RequestScope;
import dev.rowhound.job.Caller;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipestore.RecipeCatalogue;
import dev.rowhound.recipestore.RecipeStore.Version;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the recipes that this node knows. */
final class RecipesHandler {
    private final RecipeCatalogue recipes;
    private final RecipeEditors editors;

    RecipesHandler(RecipeCatalogue recipes, RecipeEditors editors) {
        this.recipes = recipes;
        this.editors = editors;
    }

    /** {@code GET /api/v1/recipes}. */
    void list(RoutingContext context) {
        Caller caller = RequestScope.of(context).caller();
        recipes.list()
                .onSuccess(listing -> {
                    JsonArray list = new JsonArray();
                    listing.entries().forEach(entry -> list.add(json(entry)));
                    JsonObject answer = new JsonObject().put("recipes", list).put("may_edit", editors.include(caller));
                    context.json(listing.stale() ? answer.put("stale", true) : answer);
                })
                .onFailure(context::fail);
    }

    private static JsonObject json(RecipeCatalogue.Entry entry) {
        return new JsonObject()
                .put("name", entry.name())
                .put("version", entry.version())
                .put("origin", entry.origin().name().toLowerCase(Locale.ROOT))
                .put("title", entry.title())
                .put("description", entry.description())
                .put("column", entry.column())
                .put("fields", new JsonArray(entry.fields()));
    }

    /** {@code GET /api/v1/recipes/{name}}. */
    void one(RoutingContext context) {
        Integer version = RecipeChoice.version(context.request().getParam("version"), "version");
        new RecipeChoice(context.pathParam("name"), version, "recipe")
                .in(recipes)
                .onSuccess(recipe -> {
                    context.response().putHeader(HttpHeaders.ETAG, tag(recipe.version()));
                    context.json(numbered(recipe));
                })
                .onFailure(context::fail);
    }

    /** A recipe's document, with its version also where its file leaves that out. */
    private static JsonObject numbered(Recipe recipe) {
        return recipe.source().containsKey("version")
                ? recipe.source()
                : recipe.source().copy().put("version", recipe.version());
    }

    /** How a version is called in {@code ETag} and {@code If-Match}. */
    static String tag(int version) {
        return "\"" + version + "\"";
    }

    /** {@code GET /api/v1/recipes/{name}/versions}. */
    void versions(RoutingContext context) {
        String name = context.pathParam("name");
        @Nullable Recipe ofFolder = recipes.ofFolder(name);
        Future<JsonArray> versions = ofFolder != null
                ? Future.succeededFuture(new JsonArray()
                        .add(new JsonObject().put("version", ofFolder.version()).put("origin", "file")))
                : recipes.store().versions(name).compose(kept -> {
                    if (kept.isEmpty()) {
                        return RecipeChoice.noSuchRecipe(recipes, name, "recipe");
                    }
                    JsonArray list = new JsonArray();
                    kept.forEach(version -> list.add(json(version)));
                    return Future.succeededFuture(list);
                });
        versions.onSuccess(
                        list -> context.json(new JsonObject().put("name", name).put("versions", list)))
                .onFailure(context::fail);
    }

    private static JsonObject json(Version version) {
        return new JsonObject()
                .put("version", version.version())
                .put("origin", "uploaded")
                .put("uploaded_at", version.at().toString())
                .put("user", version.user())
                .put("bytes", version.bytes());
    }
}
