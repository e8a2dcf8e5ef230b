package dev.rowhound.recipestore;

import dev.rowhound.config.Problems;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.RecipeReader;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.LuaScript;
import dev.rowhound.redis.RedisConnector;
import dev.rowhound.redis.ScriptReply;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The uploaded recipes in the store. Each change is the next version; the last {@value #KEPT_VERSIONS} are kept. What is
 * read is what the store holds at that moment, so a change is seen by all nodes at once; only documents, which a version
 * never changes, are remembered here. Each call may be sent again after a lost reply. Safe for use from any thread.
 */
public final class RecipeStore {
    /** How many versions of a recipe are kept. */
    public static final int KEPT_VERSIONS = 100;

    /** How many recipes there may be. */
    public static final int MAX_RECIPES = 1000;

    /** How many bytes all versions of all recipes may have. */
    public static final int MAX_BYTES = 64 * 1024 * 1024;

    /** Any version may be the newest. */
    public static final int ANY_VERSION = -1;

    /** How long the numbers of a deleted recipe are not given again: longer than any job of it is kept. */
    private static final Duration NUMBERS_STAY = Duration.ofDays(400);

    private static final LuaScript PUT = LuaScript.load(RecipeStore.class, "put-3");
    private static final LuaScript DELETE = LuaScript.load(RecipeStore.class, "delete-3");
    private static final LuaScript VERSIONS = LuaScript.load(RecipeStore.class, "versions-1");

    private static final int REMEMBERED = 64;
    private static final int MAX_DESCRIPTION_CHARS = 1000;

    private final RedisConnector redis;
    private final int keptVersions;
    private final int mostRecipes;
    private final int mostBytes;
    private final Map<Place, Recipe> remembered =
            Collections.synchronizedMap(new LinkedHashMap<>(REMEMBERED, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Place, Recipe> eldest) {
                    return size() > REMEMBERED;
                }
            });

    private record Place(String name, int version) {}

    /** For the store behind that connection. */
    public RecipeStore(RedisConnector redis) {
        this(redis, KEPT_VERSIONS, MAX_RECIPES, MAX_BYTES);
    }

    /** The same with other bounds. */
    RecipeStore(RedisConnector redis, int keptVersions, int mostRecipes, int mostBytes) {
        this.redis = redis;
        this.keptVersions = keptVersions;
        this.mostRecipes = mostRecipes;
        this.mostBytes = mostBytes;
    }

    /** What became of a change. */
    public enum ChangeOutcome {
        /** It is the first version of a recipe that was not there. */
        CREATED,
        /** It is a further version. */
        CHANGED,
        /** The newest version says the same. */
        SAME,
        /** The recipe is gone. */
        DELETED,
        /** There is no such recipe. */
        NONE,
        /** Another version is the newest than the caller takes for it; nothing was changed. */
        OTHER_VERSION,
        /** There are as many recipes as there may be; nothing was changed. */
        TOO_MANY,
        /** All recipes together are as large as they may be; nothing was changed. */
        TOO_LARGE
    }

    /**
     * An answer to a change.
     *
     * @param version the newest version by then, 0 where there is none
     */
    public record Change(ChangeOutcome outcome, int version) {}

    /**
     * A version that is kept.
     *
     * @param at when it was uploaded
     * @param user who has uploaded it
     * @param bytes how large its document is
     */
    public record Version(int version, Instant at, String user, int bytes) {}

    /**
     * Stores a recipe as its next version, unless the newest one says the same. The number in its document
     * does not count.
     *
     * @param expected the version that must be the newest, 0 where there must be none, or {@link #ANY_VERSION}
     * @param user who uploads it
     */
    public Future<Change> put(Recipe recipe, int expected, String user) {
        JsonObject document = recipe.source().copy();
        document.remove("version");
        String text = document.encode();
        return redis.run(
                        PUT,
                        List.of(Keys.RECIPES, Keys.recipe(recipe.name()), Keys.RECIPE_BYTES),
                        List.of(
                                recipe.name(),
                                expected == ANY_VERSION ? "" : expected,
                                sha256(text),
                                text,
                                user,
                                summary(recipe).encode(),
                                keptVersions,
                                mostRecipes,
                                mostBytes))
                .map(reply -> switch (reply.text()) {
                    case "stored" -> {
                        int version = reply.integer();
                        yield new Change(reply.integer() == 0 ? ChangeOutcome.CREATED : ChangeOutcome.CHANGED, version);
                    }
                    case "same" -> new Change(ChangeOutcome.SAME, reply.integer());
                    case "other" -> new Change(ChangeOutcome.OTHER_VERSION, reply.integer());
                    case "many" -> new Change(ChangeOutcome.TOO_MANY, 0);
                    default -> new Change(ChangeOutcome.TOO_LARGE, 0);
                });
    }

    /**
     * Forgets a recipe with all its versions. A later recipe of the name goes on with its numbers.
     *
     * @param expected the version that must be the newest, or {@link #ANY_VERSION}
     */
    public Future<Change> delete(String name, int expected) {
        return redis.run(
                        DELETE,
                        List.of(Keys.RECIPES, Keys.recipe(name), Keys.RECIPE_BYTES),
                        List.of(name, expected == ANY_VERSION ? "" : expected, NUMBERS_STAY.toMillis()))
                .map(reply -> switch (reply.text()) {
                    case "deleted" -> new Change(ChangeOutcome.DELETED, 0);
                    case "none" -> new Change(ChangeOutcome.NONE, 0);
                    default -> new Change(ChangeOutcome.OTHER_VERSION, reply.integer());
                });
    }

    /** The newest version's recipe, or null where there is none of that name. */
    public Future<@Nullable Recipe> newest(String name) {
        return redis.send(Command.HGET, Keys.recipe(name), "newest")
                .compose(newest -> newest == null ? Future.succeededFuture() : read(name, newest.toInteger()));
    }

    /** The recipe of that version, or null where that is not kept. */
    public Future<@Nullable Recipe> find(String name, int version) {
        return redis.send(Command.HEXISTS, Keys.recipe(name), "d" + version)
                .compose(
                        kept -> kept == null || kept.toInteger() == 0 ? Future.succeededFuture() : read(name, version));
    }

    private Future<@Nullable Recipe> read(String name, int version) {
        Place place = new Place(name, version);
        Recipe known = remembered.get(place);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        return redis.send(Command.HGET, Keys.recipe(name), "d" + version).map(text -> {
            if (text == null) {
                return null;
            }
            JsonObject document = new JsonObject()
                    .put("name", name)
                    .put("version", version)
                    .mergeIn(new JsonObject(text.toString()).put("version", version));
            Problems problems = new Problems("version " + version + " of the recipe " + name);
            Recipe recipe = RecipeReader.read(document, problems);
            problems.throwIfAny();
            remembered.put(place, Objects.requireNonNull(recipe));
            return recipe;
        });
    }

    /** The versions that are kept, the newest first; none where there is no such recipe. */
    public Future<List<Version>> versions(String name) {
        return redis.run(VERSIONS, List.of(Keys.recipe(name)), List.of())
                .map(reply -> reply.rest(next -> version(next.list())));
    }

    private static Version version(ScriptReply reply) {
        int version = reply.integer();
        String[] info = reply.text().split(" ", 2);
        return new Version(version, Instant.ofEpochMilli(Long.parseLong(info[0])), info[1], reply.integer());
    }

    /**
     * What there is to tell of each recipe in a list, by its name: {@code version}, {@code title}, {@code description},
     * {@code column}, {@code fields}, and {@code at}, when the version was uploaded, in milliseconds.
     */
    public Future<Map<String, JsonObject>> summaries() {
        return redis.send(Command.HGETALL, Keys.RECIPES).map(all -> {
            Map<String, JsonObject> summaries = new TreeMap<>();
            if (all != null) {
                for (String name : all.getKeys()) {
                    String[] entry = all.get(name).toString().split(" ", 3);
                    summaries.put(
                            name,
                            new JsonObject()
                                    .put("version", Integer.valueOf(entry[0]))
                                    .put("at", Long.valueOf(entry[1]))
                                    .mergeIn(new JsonObject(entry[2])));
                }
            }
            return summaries;
        });
    }

    private static JsonObject summary(Recipe recipe) {
        String description = recipe.description();
        return new JsonObject()
                .put("title", recipe.title())
                .put(
                        "description",
                        description.length() <= MAX_DESCRIPTION_CHARS
                                ? description
                                : description.substring(0, MAX_DESCRIPTION_CHARS) + " …")
                .put("column", recipe.input().column())
                .put("fields", recipe.fieldNames());
    }

    private static String sha256(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
