package dev.rowhound.app.tryout;

import dev.rowhound.app.Refusal;
import dev.rowhound.app.recipe.RecipeChoice;
import dev.rowhound.app.recipe.RecipeDocument;
import dev.rowhound.app.recipe.Recipes;
import dev.rowhound.cluster.TryOutBus;
import dev.rowhound.config.JsonReader;
import dev.rowhound.config.Problems;
import dev.rowhound.job.Caller;
import dev.rowhound.job.TryOut;
import dev.rowhound.job.TryOut.RefusalReason;
import dev.rowhound.job.TryOut.RefusedException;
import dev.rowhound.job.WorkKinds;
import dev.rowhound.recipe.Recipe;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tries recipes on a few rows: on this node or, if it is busy or runs no workers, on another node. */
public final class TryOuts {
    /** Limits the size of a request: a recipe and ten rows. */
    public static final int MAX_BYTES = 2 * Recipes.MAX_BYTES;

    private static final int MAX_VALUE_CHARS = 10_000;

    /** Limits how many nodes are asked before all count as busy. The event bus addresses them round-robin. */
    private static final int MAX_NODES = 4;

    /** Allows for earlier try-outs in a node's queue and the start of a processor, beyond the rows' time limits. */
    private static final Duration MAX_QUEUE_TIME = Duration.ofMinutes(5);

    /** For local requests, which need no timeout because both ends are this node. */
    private static final Duration NO_LIMIT = Duration.ofDays(7);

    private final Vertx vertx;
    private final TryOutBus bus;
    private final Recipes recipes;
    private final WorkKinds kinds;

    /** @param kinds determine the time limit of a row */
    public TryOuts(Vertx vertx, Recipes recipes, WorkKinds kinds) {
        this.vertx = vertx;
        this.bus = new TryOutBus(vertx);
        this.recipes = recipes;
        this.kinds = kinds;
    }

    /** A recipe and the rows on which to try it. */
    public record RecipeTryOut(Recipe recipe, List<JsonObject> rows) {
        public RecipeTryOut {
            rows = List.copyOf(rows);
        }
    }

    /**
     * Reads a request: {@code keys} or {@code rows}, and {@code recipe_version} or an unstored {@code recipe}.
     *
     * @param name the recipe's name
     * @throws Refusal for an invalid request, and for an unstored recipe from a caller who may not upload recipes
     */
    public Future<RecipeTryOut> read(Caller caller, String name, @Nullable String text) {
        JsonObject json = RecipeDocument.object(text, "the request");
        Problems problems = new Problems("the request");
        JsonReader reader = new JsonReader(json, problems);
        List<JsonObject> rows = rows(reader);
        int version = reader.integer(RecipeChoice.VERSION, 0, 1, Integer.MAX_VALUE);
        boolean inline = reader.has("recipe");
        if (inline && !(json.getValue("recipe") instanceof JsonObject)) {
            reader.problem("recipe", "is not an object; send the recipe's JSON");
        }
        if (inline && version > 0) {
            reader.problem(RecipeChoice.VERSION, "cannot be combined with a recipe document; omit it");
        }
        reader.end();
        Refusal.throwIfAny(problems, "invalid_field", "");
        Future<Recipe> recipe;
        if (inline) {
            recipes.editors().require(caller);
            recipe = Future.succeededFuture(RecipeDocument.recipe(json.getJsonObject("recipe"), name, "recipe"));
        } else {
            recipe = recipes.find(name, version == 0 ? null : version, "name");
        }
        return recipe.map(found -> new RecipeTryOut(found, rows));
    }

    private static List<JsonObject> rows(JsonReader reader) {
        List<JsonObject> rows = new ArrayList<>();
        if (reader.has("keys") == reader.has("rows")) {
            reader.problem("keys", "or rows is required; send one of the two");
            return rows;
        }
        String kind = reader.has("keys") ? "keys" : "rows";
        int size = reader.listSize(kind);
        if (size == 0 || size > TryOut.MAX_KEYS) {
            reader.problem(kind, "has " + size + " entries; use 1 to " + TryOut.MAX_KEYS);
        }
        if (kind.equals("keys")) {
            reader.strings(kind).forEach(key -> rows.add(new JsonObject().put(TryOut.KEY, key)));
        } else {
            for (JsonReader row : reader.objects(kind)) {
                JsonObject values = new JsonObject();
                row.keys().forEach(column -> values.put(column, row.string(column, "")));
                rows.add(values);
            }
        }
        for (JsonObject row : rows) {
            row.forEach(value -> {
                if (String.valueOf(value.getValue()).length() > MAX_VALUE_CHARS) {
                    reader.problem(value.getKey(), "has more than " + MAX_VALUE_CHARS + " characters");
                }
            });
        }
        return rows;
    }

    /**
     * Runs a try-out.
     *
     * @param gone completes or fails when the caller stops waiting; the try-out is then aborted
     * @return {@code {"recipe","version","trials":[…]}} in JSON; fails with {@link Refusal} if no node accepts it
     */
    public Future<Buffer> run(RecipeTryOut tryOut, Future<?> gone) {
        Recipe recipe = tryOut.recipe();
        return run(new TryOut(recipe.source(), tryOut.rows()), gone)
                .recover(error -> Future.failedFuture(error instanceof RefusedException e ? refusal(e) : error))
                .compose(trials -> vertx.executeBlocking(
                        () -> new JsonObject()
                                .put("recipe", recipe.name())
                                .put("version", recipe.version())
                                .put("trials", trials.toJsonArray())
                                .toBuffer(),
                        false));
    }

    private static Refusal refusal(RefusedException error) {
        String code =
                switch (error.reason()) {
                    case BUSY -> "busy";
                    case NO_WORKER -> "no_worker";
                    case LOST -> "try_out_lost";
                };
        return Refusal.of(code, String.valueOf(error.getMessage()));
    }

    /** Runs a try-out and returns its trials in JSON. */
    Future<Buffer> run(TryOut tryOut, Future<?> gone) {
        DeliveryOptions localOnly = new DeliveryOptions().setLocalOnly(true).setSendTimeout(NO_LIMIT.toMillis());
        return bus.ask(tryOut, localOnly, gone)
                .recover(error -> error instanceof RefusedException refused && refused.reason() != RefusalReason.LOST
                        ? runRemotely(tryOut, gone, 1)
                        : Future.failedFuture(error));
    }

    private Future<Buffer> runRemotely(TryOut tryOut, Future<?> gone, int nodesAsked) {
        long rowsMillis = kinds.compile(tryOut.specification()).policy().itemMillis()
                * tryOut.rows().size();
        return bus.ask(tryOut, new DeliveryOptions().setSendTimeout(MAX_QUEUE_TIME.toMillis() + rowsMillis), gone)
                .recover(error -> nodesAsked < MAX_NODES
                                && error instanceof RefusedException refused
                                && refused.reason() == RefusalReason.BUSY
                        ? runRemotely(tryOut, gone, nodesAsked + 1)
                        : Future.failedFuture(error));
    }
}
