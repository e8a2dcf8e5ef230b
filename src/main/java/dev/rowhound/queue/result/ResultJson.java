package dev.rowhound.queue.result;

import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.Row;
import dev.rowhound.job.Visit;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds the stored form and the event of a result. Both identify the row and its content. */
public final class ResultJson {
    /** A longer key is not stored with its result; the row's digest covers it. */
    private static final int MAX_KEY_CHARS = 100;

    private static final int MAX_ADDRESS_CHARS = 500;
    private static final int MAX_CONSOLE_LINES = 3;
    private static final int MAX_LINE_CHARS = 150;
    private static final int MAX_STEPS = 12;

    private final JsonObject stored;
    private final JsonObject event;
    private final JsonObject fields;

    private ResultJson(JsonObject stored, JsonObject event, JsonObject fields) {
        this.stored = stored;
        this.event = event;
        this.fields = fields;
    }

    /** @param result a bounded result, see {@link LargeResults#bounded} */
    public static ResultJson of(Row row, int attempts, ItemResult result, List<EvidenceFiles.StoredFile> evidence) {
        JsonObject error = result.error() == null ? null : result.error().toJson();
        JsonObject visit = visit(result);
        String hash = InputHash.of(row);
        JsonObject stored = new JsonObject().put("fields", result.fields());
        if (error != null) {
            stored.put("error", error);
        }
        stored.put("attempts", attempts).put("row", row.number()).put("hash", hash);
        if (row.key().length() <= MAX_KEY_CHARS) {
            stored.put("key", row.key());
        }
        JsonObject event = new JsonObject()
                .put("key", row.key())
                .put("input_hash", hash)
                .put("state", result.state().wire())
                .put("fields", result.fields())
                .put("error", error)
                .put("attempts", attempts);
        if (visit != null) {
            stored.put("visit", visit);
            event.put("visit", visit);
        }
        if (!evidence.isEmpty()) {
            stored.put(
                    "evidence",
                    new JsonArray(evidence.stream()
                            .map(EvidenceFiles.StoredFile::stored)
                            .toList()));
            event.put(
                    "evidence",
                    new JsonArray(evidence.stream()
                            .map(file -> file.toJson(file.url()))
                            .toList()));
        }
        return new ResultJson(stored, event, result.fields());
    }

    public String stored() {
        return stored.encode();
    }

    /**
     * Returns the event's data.
     *
     * @param omitted whether the fields are too large for it
     */
    public String event(boolean omitted) {
        JsonObject data = event.copy().put("fields", omitted ? new JsonObject() : fields);
        if (omitted) {
            data.put("fields_omitted", true);
        }
        return data.encode();
    }

    /**
     * Returns the visit, truncated to what helps. Nothing is stored for found rows, and only the page for rows that
     * were not found: there may be a million of either.
     */
    private static @Nullable JsonObject visit(ItemResult result) {
        Visit visit = result.visit();
        if (visit == null || result.state() == ItemState.FOUND) {
            return null;
        }
        String url = visit.url() == null ? null : cut(visit.url(), MAX_ADDRESS_CHARS);
        if (result.state() == ItemState.NOT_FOUND) {
            return new JsonObject()
                    .put("url", url)
                    .put("status", visit.status())
                    .put("engine", visit.engine());
        }
        List<Visit.StepTime> steps = visit.steps();
        return new Visit(
                        url,
                        visit.status(),
                        visit.engine(),
                        visit.console().stream()
                                .limit(MAX_CONSOLE_LINES)
                                .map(line -> cut(line, MAX_LINE_CHARS))
                                .toList(),
                        steps.subList(Math.max(0, steps.size() - MAX_STEPS), steps.size()))
                .toJson();
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + "…";
    }

    /**
     * Returns whether a stored result belongs to the row, or for a repeated key to its first row; true if it does not
     * say.
     */
    static boolean isOf(Row row, JsonObject stored) {
        if (!stored.containsKey("row")) {
            return true;
        }
        String key = stored.getString("key");
        return row.aliasOf() > 0
                ? stored.getInteger("row") == row.aliasOf() && (key == null || key.equals(row.key()))
                : stored.getInteger("row") == row.number() && InputHash.of(row).equals(stored.getString("hash"));
    }
}
