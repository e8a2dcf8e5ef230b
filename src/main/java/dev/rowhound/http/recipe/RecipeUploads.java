package dev.rowhound.http.recipe;

import dev.rowhound.app.Refusal;
import dev.rowhound.app.StoreRoom;
import dev.rowhound.app.recipe.RecipeChoice;
import dev.rowhound.http.request.IdempotencyFilter.Answer;
import dev.rowhound.http.request.RequestScope;
import dev.rowhound.job.Caller;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipestore.RecipeCatalogue;
import dev.rowhound.recipestore.RecipeStore;
import dev.rowhound.recipestore.RecipeStore.Change;
import dev.rowhound.recipestore.RecipeStore.ChangeOutcome;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes recipes, for those who may. */
final class RecipeUploads {
    private static final Logger LOG = LoggerFactory.getLogger(RecipeUploads.class);

    /** How large a recipe may be. */
    static final int MAX_BYTES = 256 * 1024;

    private static final Pattern TAG = Pattern.compile("(?:W/)?\"(\\d{1,9})\"");
    private static final String EXPECTED = "expected_version";

    private final RecipeCatalogue recipes;
    private final StoreRoom room;

    RecipeUploads(RecipeCatalogue recipes, StoreRoom room) {
        this.recipes = recipes;
        this.room = room;
    }

    /** {@code PUT /api/v1/recipes/{name}}. */
    void put(RoutingContext context) {
        Caller caller = RequestScope.of(context).caller();
        String name = context.pathParam("name");
        refuseFile(name, "change that file, or give the recipe another name");
        Recipe recipe =
                RecipeDocument.recipe(RecipeDocument.object(context.body().asString(), "the recipe"), name, "");
        int expected = expected(context.request());
        room.require()
                .compose(enough -> recipes.store().put(recipe, expected, caller.user()))
                .onSuccess(change -> {
                    if (change.outcome() == ChangeOutcome.CREATED || change.outcome() == ChangeOutcome.CHANGED) {
                        LOG.info("{} has uploaded version {} of the recipe {}", caller.user(), change.version(), name);
                    }
                    answer(context, name, change);
                })
                .onFailure(context::fail);
    }

    private static void answer(RoutingContext context, String name, Change change) {
        switch (change.outcome()) {
            case CREATED, CHANGED, SAME -> {
                boolean created = change.outcome() == ChangeOutcome.CREATED;
                context.response()
                        .setStatusCode(created ? 201 : 200)
                        .putHeader(HttpHeaders.ETAG, RecipesHandler.tag(change.version()));
                if (created) {
                    context.response().putHeader(HttpHeaders.LOCATION, "/api/v1/recipes/" + name);
                }
                context.json(new JsonObject()
                        .put("name", name)
                        .put("version", change.version())
                        .put("changed", change.outcome() != ChangeOutcome.SAME));
            }
            case TOO_MANY ->
                context.fail(Refusal.of(
                        "too_many_recipes",
                        "there are " + RecipeStore.MAX_RECIPES + " uploaded recipes; delete one first"));
            case TOO_LARGE ->
                context.fail(Refusal.of(
                        "recipes_too_large",
                        "all versions of all uploaded recipes have " + RecipeStore.MAX_BYTES
                                + " bytes together; delete a recipe first"));
            default -> context.fail(otherVersion(name, change.version()));
        }
    }

    /** {@code DELETE /api/v1/recipes/{name}}. */
    Future<Answer> delete(RoutingContext context) {
        Caller caller = RequestScope.of(context).caller();
        String name = context.pathParam("name");
        return recipes.store().delete(name, expected(context.request())).compose(change -> switch (change.outcome()) {
            case DELETED -> {
                LOG.info("{} has deleted the recipe {}", caller.user(), name);
                yield Future.succeededFuture(Answer.none());
            }
            case OTHER_VERSION -> Future.failedFuture(otherVersion(name, change.version()));
            default -> {
                refuseFile(name, "take the file away, and start the nodes again");
                yield RecipeChoice.noSuchRecipe(recipes, name, "recipe");
            }
        });
    }

    private void refuseFile(String name, String instead) {
        String file = recipes.fileOf(name);
        if (file != null) {
            throw Refusal.of(
                    "recipe_of_file",
                    "the recipe \"" + name + "\" is that of the file " + file + " in this node's folder of recipes; "
                            + instead,
                    "name");
        }
    }

    private static Refusal otherVersion(String name, int newest) {
        return Refusal.of(
                "version_conflict",
                newest == 0
                        ? "there is no recipe \"" + name + "\" any more, or not yet"
                        : "the newest version of the recipe \"" + name + "\" is " + newest
                                + "; read it, put your change into it, and send it with that number",
                EXPECTED);
    }

    /** Which version must be the newest. */
    private static int expected(HttpServerRequest request) {
        @Nullable String given = request.getParam(EXPECTED);
        if (given != null) {
            return given.equals("0") ? 0 : orAny(RecipeChoice.version(given, EXPECTED));
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
                "invalid_field", "If-Match is " + tag + "; give the ETag of a version, such as \"3\"", "If-Match");
    }

    private static int orAny(@Nullable Integer version) {
        return version == null ? RecipeStore.ANY_VERSION : version;
    }
}
