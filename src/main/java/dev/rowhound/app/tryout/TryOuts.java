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

/** Has recipes tried on a few rows by this node, or where it is no worker or is busy, by another one. */
public final class TryOuts {
    /** How large a request may be: a recipe, and ten rows. */
    public static final int MAX_BYTES = 2 * Recipes.MAX_BYTES;

    private static final int MAX_VALUE_CHARS = 10_000;

    /** How many nodes are asked before all count as busy: they get what is asked in turn. */
    private static final int MAX_ASKED = 4;

    /** What a node may take beyond the look-ups: those that wait there before it, and a processor's start. */
    private static final Duration QUEUE = Duration.ofMinutes(5);

    /** This node cannot fall silent for itself. */
    private static final Duration NO_LIMIT = Duration.ofDays(7);

    private final Vertx vertx;
    private final TryOutBus bus;
    private final Recipes recipes;
    private final WorkKinds kinds;

    /** @param kinds tell how long a row may take */
    public TryOuts(Vertx vertx, Recipes recipes, WorkKinds kinds) {
        this.vertx = vertx;
        this.bus = new TryOutBus(vertx);
        this.recipes = recipes;
        this.kinds = kinds;
    }

    /** What is to be tried. */
    public record RecipeTryOut(Recipe recipe, List<JsonObject> rows) {
        public RecipeTryOut {
            rows = List.copyOf(rows);
        }
    }

    /**
     * Reads a request: {@code keys} or {@code rows}, and {@code recipe_version} or a {@code recipe} that is not stored.
     *
     * @param name the recipe's name
     * @throws Refusal for a fault in it, and for a recipe of its own by somebody who may not upload one
     */
    public Future<RecipeTryOut> read(Caller caller, String name, @Nullable String text) {
        JsonObject json = RecipeDocument.object(text, "the request");
        Problems problems = new Problems("the request");
        JsonReader reader = new JsonReader(json, problems);
        List<JsonObject> rows = rows(reader);
        int version = reader.integer(RecipeChoice.VERSION, 0, 1, Integer.MAX_VALUE);
        boolean own = reader.has("recipe");
        if (own && !(json.getValue("recipe") instanceof JsonObject)) {
            reader.problem("recipe", "is no object; give the recipe's JSON");
        }
        if (own && version > 0) {
            reader.problem(RecipeChoice.VERSION, "does not suit a recipe that is given itself; leave it out");
        }
        reader.end();
        Refusal.throwIfAny(problems, "invalid_field", "");
        Future<Recipe> recipe;
        if (own) {
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
            reader.problem("keys", "or rows is to be there; give one of the two");
            return rows;
        }
        String kind = reader.has("keys") ? "keys" : "rows";
        int size = reader.listSize(kind);
        if (size == 0 || size > TryOut.MAX_KEYS) {
            reader.problem(kind, "has " + size + " entries; give 1 to " + TryOut.MAX_KEYS);
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
     * Has it made.
     *
     * @param gone ends, in whatever way, when nobody waits for it any more; it is broken off then
     * @return {@code {"recipe","version","trials":[…]}} in JSON; fails with {@link Refusal} where it is not made
     */
    public Future<Buffer> run(RecipeTryOut wanted, Future<?> gone) {
        Recipe recipe = wanted.recipe();
        return run(new TryOut(recipe.source(), wanted.rows()), gone)
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
                    case NOBODY -> "no_worker";
                    case LOST -> "try_out_lost";
                };
        return Refusal.of(code, String.valueOf(error.getMessage()));
    }

    /** The trials in JSON. */
    Future<Buffer> run(TryOut tryOut, Future<?> gone) {
        DeliveryOptions here = new DeliveryOptions().setLocalOnly(true).setSendTimeout(NO_LIMIT.toMillis());
        return bus.ask(tryOut, here, gone)
                .recover(error -> error instanceof RefusedException refused && refused.reason() != RefusalReason.LOST
                        ? elsewhere(tryOut, gone, 1)
                        : Future.failedFuture(error));
    }

    private Future<Buffer> elsewhere(TryOut tryOut, Future<?> gone, int asked) {
        long items = kinds.compile(tryOut.specification()).policy().itemMillis()
                * tryOut.rows().size();
        return bus.ask(tryOut, new DeliveryOptions().setSendTimeout(QUEUE.toMillis() + items), gone)
                .recover(error -> asked < MAX_ASKED
                                && error instanceof RefusedException refused
                                && refused.reason() == RefusalReason.BUSY
                        ? elsewhere(tryOut, gone, asked + 1)
                        : Future.failedFuture(error));
    }
}
