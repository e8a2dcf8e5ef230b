package dev.rowhound.job;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt visited.
 *
 * @param url the URL of the last page, or null if no page was loaded
 * @param status its HTTP status, 0 if unknown
 * @param engine the engine: {@code browser} or {@code http}
 * @param console the first errors in the page's console, truncated
 * @param steps all executed steps in order, including a failed one
 */
public record Visit(@Nullable String url, int status, String engine, List<String> console, List<StepTime> steps) {
    public Visit {
        console = List.copyOf(console);
        steps = List.copyOf(steps);
    }

    /**
     * The duration of a step.
     *
     * @param step {@code browser}, {@code start}, {@code steps[2]}, {@code outcome}, {@code extract}, …
     */
    public record StepTime(String step, long millis) {}

    /** Returns the wire form: {@code {"url","status","engine","console":[…],"steps":[{"step","ms"}]}}. */
    public JsonObject toJson() {
        JsonArray times = new JsonArray();
        steps.forEach(
                time -> times.add(new JsonObject().put("step", time.step()).put("ms", time.millis())));
        return new JsonObject()
                .put("url", url)
                .put("status", status)
                .put("engine", engine)
                .put("console", new JsonArray(console))
                .put("steps", times);
    }
}
