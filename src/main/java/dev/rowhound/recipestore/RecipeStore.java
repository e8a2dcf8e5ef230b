package dev.rowhound.recipestore;

import dev.rowhound.artifact.Sha256;
import dev.rowhound.cache.LruMap;
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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Stores uploaded recipes in Redis. Each change creates a version; the last {@value #MAX_VERSIONS} are kept. Every
 * read asks Redis, so all nodes see a change at once; only documents are cached, because a version never changes. All
 * calls are idempotent. Thread-safe.
 */
public final class RecipeStore {
    public static final int MAX_VERSIONS = 100;

    public static final int MAX_RECIPES = 1000;

    /** Maximum total size of all versions of all recipes. */
    public static final int MAX_BYTES = 64 * 1024 * 1024;

    /** Matches any newest version. */
    public static final int ANY_VERSION = -1;

    /** How long the version numbers of a deleted recipe are not reused: longer than any of its jobs is kept. */
    private static final Duration VERSION_RETENTION = Duration.ofDays(400);

    private static final LuaScript PUT = LuaScript.load(RecipeStore.class, "put-3");
    private static final LuaScript DELETE = LuaScript.load(RecipeStore.class, "delete-3");
    private static final LuaScript VERSIONS = LuaScript.load(RecipeStore.class, "versions-1");

    private static final int MAX_CACHED = 64;
    private static final int MAX_DESCRIPTION_CHARS = 1000;

    private final RedisConnector redis;
    private final int keptVersions;
    private final int maxRecipes;
    private final int maxBytes;
    private final Map<VersionId, Recipe> cache = LruMap.threadSafe(MAX_CACHED);

    private record VersionId(String name, int version) {}

    public RecipeStore(RedisConnector redis) {
        this(redis, MAX_VERSIONS, MAX_RECIPES, MAX_BYTES);
    }

    RecipeStore(RedisConnector redis, int keptVersions, int maxRecipes, int maxBytes) {
        this.redis = redis;
        this.keptVersions = keptVersions;
        this.maxRecipes = maxRecipes;
        this.maxBytes = maxBytes;
    }

    public enum ChangeOutcome {
        /** The first version of a new recipe was stored. */
        CREATED,
        /** A further version was stored. */
        CHANGED,
        /** The newest version has the same content. */
        SAME,
        DELETED,
        /** The recipe does not exist. */
        NONE,
        /** The newest version is not the expected one; nothing was changed. */
        OTHER_VERSION,
        /** The maximum number of recipes is reached; nothing was changed. */
        TOO_MANY,
        /** The maximum total size is reached; nothing was changed. */
        TOO_LARGE
    }

    /**
     * The result of a change.
     *
     * @param version the newest version after the call, 0 if there is none
     */
    public record Change(ChangeOutcome outcome, int version) {}

    /**
     * A kept version.
     *
     * @param at when it was uploaded
     * @param user who uploaded it
     * @param bytes the size of its document
     */
    public record Version(int version, Instant at, String user, int bytes) {}

    /**
     * Stores a recipe as its next version unless the newest one has the same content. The version in its document is
     * ignored.
     *
     * @param expected the expected newest version, 0 for a new recipe, or {@link #ANY_VERSION}
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
                                Sha256.hex(text),
                                text,
                                user,
                                summary(recipe).encode(),
                                keptVersions,
                                maxRecipes,
                                maxBytes))
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
     * Deletes a recipe with all its versions. A later recipe of the same name continues their numbers.
     *
     * @param expected the expected newest version, or {@link #ANY_VERSION}
     */
    public Future<Change> delete(String name, int expected) {
        return redis.run(
                        DELETE,
                        List.of(Keys.RECIPES, Keys.recipe(name), Keys.RECIPE_BYTES),
                        List.of(name, expected == ANY_VERSION ? "" : expected, VERSION_RETENTION.toMillis()))
                .map(reply -> switch (reply.text()) {
                    case "deleted" -> new Change(ChangeOutcome.DELETED, 0);
                    case "none" -> new Change(ChangeOutcome.NONE, 0);
                    default -> new Change(ChangeOutcome.OTHER_VERSION, reply.integer());
                });
    }

    /** Returns the newest version, or null if the recipe does not exist. */
    public Future<@Nullable Recipe> newest(String name) {
        return redis.send(Command.HGET, Keys.recipe(name), "newest")
                .compose(newest -> newest == null ? Future.succeededFuture() : read(name, newest.toInteger()));
    }

    /** Returns a version, or null if it is not kept. */
    public Future<@Nullable Recipe> find(String name, int version) {
        return redis.send(Command.HEXISTS, Keys.recipe(name), "d" + version)
                .compose(
                        kept -> kept == null || kept.toInteger() == 0 ? Future.succeededFuture() : read(name, version));
    }

    private Future<@Nullable Recipe> read(String name, int version) {
        VersionId id = new VersionId(name, version);
        Recipe known = cache.get(id);
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
            cache.put(id, Objects.requireNonNull(recipe));
            return recipe;
        });
    }

    /** Returns the kept versions, the newest first; empty if the recipe does not exist. */
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
     * Returns a summary of each recipe by name: {@code version}, {@code title}, {@code description}, {@code column},
     * {@code fields}, and {@code at}, the upload time in milliseconds.
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
}
