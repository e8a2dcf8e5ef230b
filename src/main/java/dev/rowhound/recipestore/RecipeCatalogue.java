package dev.rowhound.recipestore;

import dev.rowhound.config.NearestName;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.RecipeBook;
import dev.rowhound.redis.StoreUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The recipes of a node: those of its folder, read at start, and the uploaded ones. A recipe of the folder hides an
 * uploaded one of the same name. Thread-safe.
 */
public final class RecipeCatalogue {
    /** How many names an error lists. */
    private static final int MAX_LISTED_NAMES = 20;

    private final RecipeBook folder;
    private final RecipeStore store;

    /** The uploaded recipes as of Redis's last reply. */
    private volatile Map<String, JsonObject> lastKnown = Map.of();

    public RecipeCatalogue(RecipeBook folder, RecipeStore store) {
        this.folder = folder;
        this.store = store;
    }

    /** The source of a recipe. */
    public enum Origin {
        /** A file in the node's folder. */
        FILE,
        /** The API. */
        UPLOADED
    }

    /**
     * The summary of a recipe in a list.
     *
     * @param column the key column, or null
     * @param fields the names of its fields
     */
    public record Entry(
            String name,
            int version,
            Origin origin,
            String title,
            String description,
            @Nullable String column,
            List<String> fields) {}

    /**
     * A list of recipes.
     *
     * @param stale whether Redis did not reply, so that the uploaded recipes are those last known
     */
    public record Listing(List<Entry> entries, boolean stale) {}

    /** Returns the current recipe of that name, or null. */
    public Future<@Nullable Recipe> find(String name) {
        Recipe inFolder = folder.find(name);
        return inFolder != null ? Future.succeededFuture(inFolder) : store.newest(name);
    }

    /** Returns a version of a recipe, or null if it is unknown; a file has a single version. */
    public Future<@Nullable Recipe> find(String name, int version) {
        Recipe inFolder = folder.find(name);
        if (inFolder != null) {
            return Future.succeededFuture(inFolder.version() == version ? inFolder : null);
        }
        return store.find(name, version);
    }

    /** Returns the file that defines the recipe, or null if the folder does not have it. */
    public @Nullable String fileOf(String name) {
        return folder.fileOf(name);
    }

    /** Returns the folder's recipe of that name, or null. */
    public @Nullable Recipe ofFolder(String name) {
        return folder.find(name);
    }

    public RecipeStore store() {
        return store;
    }

    /** Returns all recipes, sorted by name; falls back to the last known ones if Redis does not reply. */
    public Future<Listing> list() {
        return store.summaries()
                .map(uploaded -> {
                    lastKnown = uploaded;
                    return listing(uploaded, false);
                })
                .recover(error -> error instanceof StoreUnavailableException
                        ? Future.succeededFuture(listing(lastKnown, true))
                        : Future.failedFuture(error));
    }

    private Listing listing(Map<String, JsonObject> uploaded, boolean stale) {
        List<Entry> entries = new ArrayList<>();
        for (Recipe recipe : folder.all()) {
            entries.add(new Entry(
                    recipe.name(),
                    recipe.version(),
                    Origin.FILE,
                    recipe.title(),
                    recipe.description(),
                    recipe.input().column(),
                    recipe.fieldNames()));
        }
        uploaded.forEach((name, summary) -> {
            if (folder.find(name) == null) {
                entries.add(new Entry(
                        name,
                        summary.getInteger("version"),
                        Origin.UPLOADED,
                        summary.getString("title"),
                        summary.getString("description"),
                        summary.getString("column"),
                        summary.getJsonArray("fields", new JsonArray()).stream()
                                .map(String::valueOf)
                                .toList()));
            }
        });
        entries.sort(Comparator.comparing(Entry::name));
        return new Listing(entries, stale);
    }

    /** Suggests known names for an unknown one; follows a sentence such as "there is no recipe x". */
    public Future<String> suggestionFor(String name) {
        return list().map(listing -> {
            SortedSet<String> names = new TreeSet<>();
            listing.entries().forEach(entry -> names.add(entry.name()));
            String nearest = NearestName.of(name, names);
            String more = names.size() > MAX_LISTED_NAMES ? ", and " + (names.size() - MAX_LISTED_NAMES) + " more" : "";
            String known = "known recipes are "
                    + String.join(", ", names.stream().limit(MAX_LISTED_NAMES).toList()) + more;
            return nearest == null ? known : "did you mean \"" + nearest + "\"? " + known;
        });
    }
}
