package dev.rowhound.http.recipe;

import dev.rowhound.app.Refusal;
import dev.rowhound.app.recipe.RecipeChoice;
import dev.rowhound.config.JsonReader;
import dev.rowhound.config.Problems;
import dev.rowhound.http.request.RequestScope;
import dev.rowhound.http.stream.SilentConnection;
import dev.rowhound.job.Evidence;
import dev.rowhound.job.TryOut;
import dev.rowhound.job.TryOut.RefusedException;
import dev.rowhound.job.TryOut.Trial;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipestore.RecipeCatalogue;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Has a recipe tried on a few keys, and answers when that is done. A caller who leaves ends it. */
final class TryOutHandler {
    /** A recipe, and ten rows. */
    static final int MAX_BYTES = 2 * RecipeUploads.MAX_BYTES;

    /** How much evidence is answered, so that an answer in Base64 has at most some 20 MB. */
    static final int MAX_EVIDENCE = 14 * 1024 * 1024;

    private static final int MAX_VALUE = 10_000;

    private final RecipeCatalogue recipes;
    private final RecipeEditors editors;
    private final TryOut tryOut;

    TryOutHandler(RecipeCatalogue recipes, RecipeEditors editors, TryOut tryOut) {
        this.recipes = recipes;
        this.editors = editors;
        this.tryOut = tryOut;
    }

    /**
     * What is to be tried.
     *
     * @param document the recipe's JSON where it is not one that is known, else null
     */
    private record Wish(
            List<JsonObject> rows,
            RecipeChoice known,
            @Nullable JsonObject document) {}

    /** {@code POST /api/v1/recipes/{name}/try}. */
    void handle(RoutingContext context) {
        String name = context.pathParam("name");
        Wish wish = wish(RecipeDocument.object(context.body().asString(), "the request"), name);
        Future<Recipe> recipe;
        if (wish.document() == null) {
            recipe = wish.known().in(recipes);
        } else {
            editors.require(RequestScope.of(context).caller());
            recipe = Future.succeededFuture(RecipeDocument.recipe(wish.document(), name, "recipe"));
        }
        Promise<Void> gone = Promise.promise();
        context.response().closeHandler(closed -> gone.tryComplete());
        Context here = context.vertx().getOrCreateContext();
        recipe.onFailure(context::fail).onSuccess(found -> {
            // A look-up may take longer than the server lets a connection be silent.
            SilentConnection.allowToAnswer(context.request());
            tryOut.run(found.source(), wish.rows(), gone.future()).onComplete(made -> {
                here.runOnContext(back -> {
                    if (made.failed()) {
                        context.fail(refusal(made.cause()));
                        return;
                    }
                    context.vertx()
                            .executeBlocking(() -> answer(found, made.result()), false)
                            .onSuccess(body -> context.response()
                                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                                    .end(body))
                            .onFailure(context::fail);
                });
            });
        });
    }

    private static Throwable refusal(Throwable error) {
        if (!(error instanceof RefusedException refused)) {
            return error;
        }
        String code =
                switch (refused.reason()) {
                    case BUSY -> "busy";
                    case NOBODY -> "no_worker";
                    case LOST -> "try_out_lost";
                };
        return Refusal.of(code, String.valueOf(refused.getMessage()));
    }

    private static Wish wish(JsonObject json, String name) {
        Problems problems = new Problems("the request");
        JsonReader reader = new JsonReader(json, problems);
        List<JsonObject> rows = new ArrayList<>();
        String kind = null;
        if (reader.has("keys") == reader.has("rows")) {
            reader.problem("keys", "or rows is to be there; give one of the two");
        } else {
            kind = reader.has("keys") ? "keys" : "rows";
            int size = reader.listSize(kind);
            if (size == 0 || size > TryOut.MAX_KEYS) {
                reader.problem(kind, "has " + size + " entries; give 1 to " + TryOut.MAX_KEYS);
            }
        }
        if ("keys".equals(kind)) {
            for (String key : reader.strings("keys")) {
                rows.add(new JsonObject().put(TryOut.KEY, key));
            }
        } else if (kind != null) {
            for (JsonReader row : reader.objects("rows")) {
                JsonObject values = new JsonObject();
                row.keys().forEach(column -> values.put(column, row.string(column, "")));
                rows.add(values);
            }
        }
        for (JsonObject row : rows) {
            row.forEach(value -> {
                if (String.valueOf(value.getValue()).length() > MAX_VALUE) {
                    problems.add(String.valueOf(value.getKey()), "has more than " + MAX_VALUE + " characters");
                }
            });
        }
        int version = reader.integer(RecipeChoice.VERSION, 0, 1, Integer.MAX_VALUE);
        JsonObject document = null;
        if (reader.has("recipe")) {
            if (json.getValue("recipe") instanceof JsonObject given) {
                document = given;
            } else {
                reader.problem("recipe", "is no object; give the recipe's JSON");
            }
            if (version > 0) {
                reader.problem(RecipeChoice.VERSION, "does not suit a recipe that is given itself; leave it out");
            }
        }
        reader.end();
        Refusal.throwIfAny(problems, "invalid_field", "");
        return new Wish(rows, new RecipeChoice(name, version == 0 ? null : version, "name"), document);
    }

    /** The trials, with as much evidence as an answer may have: pictures before what is larger. */
    private static Buffer answer(Recipe recipe, List<Trial> trials) {
        long[] left = {MAX_EVIDENCE};
        List<JsonArray> evidence = trials.stream().map(trial -> new JsonArray()).toList();
        for (boolean pictures : new boolean[] {true, false}) {
            for (int i = 0; i < trials.size(); i++) {
                for (Evidence kept : trials.get(i).evidence()) {
                    if (kept.mediaType().startsWith("image/") == pictures) {
                        evidence.get(i).add(json(kept, left));
                    }
                }
            }
        }
        JsonArray list = new JsonArray();
        for (int i = 0; i < trials.size(); i++) {
            list.add(trials.get(i).toJson().put("evidence", evidence.get(i)));
        }
        return new JsonObject()
                .put("recipe", recipe.name())
                .put("version", recipe.version())
                .put("trials", list)
                .toBuffer();
    }

    private static JsonObject json(Evidence kept, long[] left) {
        JsonObject json = new JsonObject()
                .put("name", kept.name())
                .put("media_type", kept.mediaType())
                .put("bytes", kept.content().length);
        if (kept.content().length > left[0]) {
            return json.put("omitted", true);
        }
        left[0] -= kept.content().length;
        return json.put("base64", Base64.getEncoder().encodeToString(kept.content()));
    }
}
