package dev.rowhound.worker.tryout;

import dev.rowhound.job.Evidence;
import dev.rowhound.job.ItemError;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.TryOut.Trial;
import dev.rowhound.job.Visit;
import dev.rowhound.job.Visit.StepTime;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Try-outs as nodes send them to each other. */
final class TrialJson {
    private TrialJson() {}

    /**
     * A try-out that is asked for.
     *
     * @param id the name that its caller gives it
     */
    record Asked(String id, JsonObject specification, List<JsonObject> rows) {}

    static Buffer encode(Asked asked) {
        return new JsonObject()
                .put("id", asked.id())
                .put("specification", asked.specification())
                .put("rows", new JsonArray(asked.rows()))
                .toBuffer();
    }

    static Asked asked(Buffer bytes) {
        JsonObject json = bytes.toJsonObject();
        List<JsonObject> rows = new ArrayList<>();
        json.getJsonArray("rows").forEach(row -> rows.add((JsonObject) row));
        return new Asked(json.getString("id"), json.getJsonObject("specification"), rows);
    }

    static Buffer encode(List<Trial> trials) {
        JsonArray list = new JsonArray();
        for (Trial trial : trials) {
            JsonArray evidence = new JsonArray();
            trial.evidence()
                    .forEach(kept -> evidence.add(new JsonObject()
                            .put("name", kept.name())
                            .put("type", kept.mediaType())
                            .put("content", kept.content())));
            list.add(trial.toJson().put("evidence", evidence));
        }
        return list.toBuffer();
    }

    static List<Trial> trials(Buffer bytes) {
        List<Trial> trials = new ArrayList<>();
        for (Object element : bytes.toJsonArray()) {
            JsonObject json = (JsonObject) element;
            JsonObject error = json.getJsonObject("error");
            ItemResult result = new ItemResult(
                    ItemState.ofWire(json.getString("state")),
                    json.getJsonObject("fields"),
                    error == null ? null : ItemError.of(error),
                    visit(json.getJsonObject("visit")));
            List<Evidence> evidence = new ArrayList<>();
            json.getJsonArray("evidence").forEach(kept -> {
                JsonObject file = (JsonObject) kept;
                evidence.add(new Evidence(file.getString("name"), file.getString("type"), file.getBinary("content")));
            });
            trials.add(new Trial(json.getString("key"), result, evidence));
        }
        return trials;
    }

    private static @Nullable Visit visit(@Nullable JsonObject json) {
        if (json == null) {
            return null;
        }
        List<StepTime> steps = new ArrayList<>();
        json.getJsonArray("steps").forEach(step -> {
            JsonObject time = (JsonObject) step;
            steps.add(new StepTime(time.getString("step"), time.getLong("ms")));
        });
        return new Visit(
                json.getString("url"),
                json.getInteger("status"),
                json.getString("engine"),
                json.getJsonArray("console").stream().map(String::valueOf).toList(),
                steps);
    }
}
