package dev.rowhound.job;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an attempt got to.
 *
 * @param url the address of the page at the end, or null where none came
 * @param status its HTTP status, 0 if unknown
 * @param engine what looked: {@code browser} or {@code http}
 * @param console errors that the page told its console, the first few, cut
 * @param steps each step that was done, in order, the one that failed too
 */
public record Visit(@Nullable String url, int status, String engine, List<String> console, List<StepTime> steps) {
    public Visit {
        console = List.copyOf(console);
        steps = List.copyOf(steps);
    }

    /**
     * A step and how long it took.
     *
     * @param step {@code browser}, {@code start}, {@code steps[2]}, {@code outcome}, {@code extract}, …
     * @param millis milliseconds
     */
    public record StepTime(String step, long millis) {}

    /** The wire form: {@code {"url","status","engine","console":[…],"steps":[{"step","ms"}]}}. */
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
