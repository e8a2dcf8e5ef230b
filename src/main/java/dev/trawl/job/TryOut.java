package dev.trawl.job;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Has a recipe tried on a few keys at once, without a job, by whoever has a browser. */
public interface TryOut {
    /** The most keys of one try-out. */
    int MOST_KEYS = 10;

    /** What one key came to, and what was kept for a person to look at: always a screenshot where a page came. */
    record Trial(String key, ItemResult result, List<Evidence> evidence) {
        public Trial {
            evidence = List.copyOf(evidence);
        }
    }

    /**
     * Looks the keys up, one after the other.
     *
     * @param recipe the recipe's JSON, checked
     * @param rows for each key its row: the values by column name; {@code key} itself is the column of that name
     * @return a trial a row, in order; fails where no node with a browser is there, or none is free in time
     */
    Future<List<Trial>> run(JsonObject recipe, List<JsonObject> rows);
}
