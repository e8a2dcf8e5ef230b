package dev.rowhound.http.recipe;

import dev.rowhound.app.Refusal;
import dev.rowhound.app.recipe.RecipeChoice;
import dev.rowhound.app.recipe.Recipes;
import dev.rowhound.http.request.IdempotencyFilter.Answer;
import dev.rowhound.http.request.RequestScope;
import dev.rowhound.job.Caller;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipestore.RecipeCatalogue;
import dev.rowhound.recipestore.RecipeStore;
import dev.rowhound.recipestore.RecipeStore.Change;
import dev.rowhound.recipestore.RecipeStore.ChangeOutcome;
import dev.rowhound.recipestore.RecipeStore.Version;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Serves recipes and their versions. */
final class RecipesHandler {
    private static final Pattern TAG = Pattern.compile("(?:W/)?\"(\\d{1,9})\"");

    private final Recipes recipes;

    RecipesHandler(Recipes recipes) {
        this.recipes = recipes;
    }

    /** {@code GET /api/v1/recipes}. */
    void list(RoutingContext context) {
        Caller caller = RequestScope.of(context).caller();
        recipes.catalogue()
                .list()
                .onSuccess(listing -> {
                    JsonArray list = new JsonArray();
                    listing.entries().forEach(entry -> list.add(json(entry)));
                    JsonObject answer = new JsonObject()
                            .put("recipes", list)
                            .put("may_edit", recipes.editors().include(caller));
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
        recipes.find(context.pathParam("name"), version, "recipe")
                .onSuccess(recipe -> {
                    context.response().putHeader(HttpHeaders.ETAG, tag(recipe.version()));
                    context.json(numbered(recipe));
                })
                .onFailure(context::fail);
    }

    /** Returns the recipe's document, with its version added if its file omits it. */
    private static JsonObject numbered(Recipe recipe) {
        return recipe.source().containsKey("version")
                ? recipe.source()
                : recipe.source().copy().put("version", recipe.version());
    }

    /** Returns the entity tag of a version, for {@code ETag} and {@code If-Match}. */
    private static String tag(int version) {
        return "\"" + version + "\"";
    }

    /** {@code GET /api/v1/recipes/{name}/versions}. */
    void versions(RoutingContext context) {
        String name = context.pathParam("name");
        Recipe fileRecipe = recipes.catalogue().ofFolder(name);
        Future<JsonArray> versions = fileRecipe != null
                ? Future.succeededFuture(new JsonArray()
                        .add(new JsonObject()
                                .put("version", fileRecipe.version())
                                .put("origin", "file")))
                : recipes.versions(name)
                        .map(stored -> new JsonArray(
                                stored.stream().map(RecipesHandler::json).toList()));
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

    /** {@code PUT /api/v1/recipes/{name}}. */
    void put(RoutingContext context) {
        String name = context.pathParam("name");
        recipes.put(RequestScope.of(context).caller(), name, context.body().asString(), expected(context.request()))
                .onSuccess(change -> answer(context, name, change))
                .onFailure(context::fail);
    }

    private static void answer(RoutingContext context, String name, Change change) {
        boolean created = change.outcome() == ChangeOutcome.CREATED;
        context.response().setStatusCode(created ? 201 : 200).putHeader(HttpHeaders.ETAG, tag(change.version()));
        if (created) {
            context.response().putHeader(HttpHeaders.LOCATION, "/api/v1/recipes/" + name);
        }
        context.json(new JsonObject()
                .put("name", name)
                .put("version", change.version())
                .put("changed", change.outcome() != ChangeOutcome.SAME));
    }

    /** {@code DELETE /api/v1/recipes/{name}}. */
    Future<Answer> delete(RoutingContext context) {
        return recipes.delete(RequestScope.of(context).caller(), context.pathParam("name"), expected(context.request()))
                .map(deleted -> Answer.none());
    }

    /** Returns the version that must be the newest for the change to apply, 0 if the recipe must not exist. */
    private static int expected(HttpServerRequest request) {
        String parameter = request.getParam(Recipes.EXPECTED);
        if (parameter != null) {
            Integer version =
                    parameter.equals("0") ? Integer.valueOf(0) : RecipeChoice.version(parameter, Recipes.EXPECTED);
            return version == null ? RecipeStore.ANY_VERSION : version;
        }
        if ("*".equals(request.getHeader(HttpHeaders.IF_NONE_MATCH))) {
            return 0;
        }
        String tag = request.getHeader(HttpHeaders.IF_MATCH);
        if (tag == null) {
            return RecipeStore.ANY_VERSION;
        }
        Matcher version = TAG.matcher(tag.strip());
        if (version.matches()) {
            return Integer.parseInt(version.group(1));
        }
        throw Refusal.of(
                "invalid_field", "If-Match is " + tag + "; use the ETag of a version, such as \"3\"", "If-Match");
    }
}
