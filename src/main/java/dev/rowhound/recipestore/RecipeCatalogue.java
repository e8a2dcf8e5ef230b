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
 * The recipes that a node knows: those of its folder, read at its start, and the uploaded ones. A name that the folder
 * has is the folder's, whatever was uploaded under it before. Safe for use from any thread.
 */
public final class RecipeCatalogue {
    /** How many names an error lists for an unknown one. */
    private static final int TOLD_NAMES = 20;

    private final RecipeBook folder;
    private final RecipeStore shelf;

    /** The uploaded recipes as they were when the store answered last. */
    private volatile Map<String, JsonObject> lastKnown = Map.of();

    /** Of that folder, and that shelf. */
    public RecipeCatalogue(RecipeBook folder, RecipeStore shelf) {
        this.folder = folder;
        this.shelf = shelf;
    }

    /** Where a recipe comes from. */
    public enum Origin {
        /** The node's folder. */
        FILE,
        /** The API. */
        UPLOADED
    }

    /**
     * What a list tells of a recipe.
     *
     * @param column the column that holds the key, or null
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
     * @param stale whether the store did not answer, so that the uploaded ones are those that were there last
     */
    public record Listing(List<Entry> entries, boolean stale) {}

    /** The recipe of that name as it is at this moment, or null where there is none. */
    public Future<@Nullable Recipe> find(String name) {
        Recipe ofFolder = folder.find(name);
        return ofFolder != null ? Future.succeededFuture(ofFolder) : shelf.newest(name);
    }

    /** That version of a recipe, or null where it is not known: of a file only the one that it has. */
    public Future<@Nullable Recipe> find(String name, int version) {
        Recipe ofFolder = folder.find(name);
        if (ofFolder != null) {
            return Future.succeededFuture(ofFolder.version() == version ? ofFolder : null);
        }
        return shelf.find(name, version);
    }

    /** The file that has the recipe of that name, or null where the folder has none. */
    public @Nullable String fileOf(String name) {
        return folder.fileOf(name);
    }

    /** The recipe of that name in the folder, or null. */
    public @Nullable Recipe ofFolder(String name) {
        return folder.find(name);
    }

    /** The uploaded ones. */
    public RecipeStore shelf() {
        return shelf;
    }

    /** Every recipe, sorted by name. It does not fail where the store does not answer. */
    public Future<Listing> list() {
        return shelf.summaries()
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

    /** What to tell, after a sentence such as "there is no recipe x", to one who asks for a recipe of that name. */
    public Future<String> suggestionFor(String name) {
        return list().map(listing -> {
            SortedSet<String> names = new TreeSet<>();
            listing.entries().forEach(entry -> names.add(entry.name()));
            String nearest = NearestName.of(name, names);
            String more = names.size() > TOLD_NAMES ? ", and " + (names.size() - TOLD_NAMES) + " more" : "";
            String known = "known recipes are "
                    + String.join(", ", names.stream().limit(TOLD_NAMES).toList()) + more;
            return nearest == null ? known : "did you mean \"" + nearest + "\"? " + known;
        });
    }
}
