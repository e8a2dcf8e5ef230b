package dev.trawl.recipe;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/**
 * How an entry is looked up, as data. {@link RecipeReader} makes one from JSON; {@code conf/recipe.schema.json}
 * describes the JSON.
 *
 * @param name the name that uploads give, letters, digits, {@code -} and {@code _}
 * @param version the recipe's own version, from 1
 * @param title what people see in a list
 * @param description what it finds, and where
 * @param input which column is looked up and what a key must look like
 * @param start where the look-up begins
 * @param steps what is done on the page before its outcome is read, in order
 * @param outcomes how the page says that the entry was found or not, or that it refuses to answer
 * @param extract the fields to read from a page that was found, by name, in the order of the results
 * @param retry how often and when a failed attempt is repeated
 * @param timeouts how long things may take
 * @param politeness how hard the start's host may be asked
 * @param source the JSON that it was read from
 */
public record Recipe(
        String name,
        int version,
        String title,
        String description,
        Input input,
        Start start,
        List<Step> steps,
        Outcomes outcomes,
        Map<String, Field> extract,
        Retry retry,
        Timeouts timeouts,
        Politeness politeness,
        JsonObject source) {

    /**
     * When a failed attempt is repeated: after {@code backoffMillis}, doubled each time up to
     * {@code maxBackoffMillis}, of which a random share is waited ("full jitter").
     *
     * @param attempts how often an item is tried in all, from 1
     */
    public record Retry(int attempts, int backoffMillis, int maxBackoffMillis) {}

    /**
     * Time limits in milliseconds.
     *
     * @param navigationMillis until the page has begun to arrive
     * @param stepMillis for one step, and until an outcome and the required fields stand on the page
     * @param itemMillis for the whole attempt; a browser that holds it longer is killed
     */
    public record Timeouts(int navigationMillis, int stepMillis, int itemMillis) {}
}
