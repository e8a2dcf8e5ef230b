package dev.rowhound.queue.result;

import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.Row;
import dev.rowhound.job.Visit;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is stored of a result, and what its event tells. A result says which row it is of, and what that row said. */
public final class ResultJson {
    /** A longer key is not repeated beside its result; the digest of the row covers it too. */
    private static final int MAX_KEY_CHARS = 100;

    private static final int MAX_ADDRESS_CHARS = 500;
    private static final int MAX_CONSOLE = 3;
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

    /**
     * Of a row's result.
     *
     * @param result bounded, see {@link LargeResults#bounded}
     */
    public static ResultJson of(Row row, int attempts, ItemResult result, List<EvidenceFiles.Kept> evidence) {
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
                    new JsonArray(
                            evidence.stream().map(EvidenceFiles.Kept::stored).toList()));
            event.put(
                    "evidence",
                    new JsonArray(evidence.stream()
                            .map(file -> file.toJson(file.url()))
                            .toList()));
        }
        return new ResultJson(stored, event, result.fields());
    }

    /** What is stored. */
    public String stored() {
        return stored.encode();
    }

    /**
     * What the event tells.
     *
     * @param omitted whether the fields are too large for it
     */
    public String event(boolean omitted) {
        JsonObject shown = event.copy().put("fields", omitted ? new JsonObject() : fields);
        if (omitted) {
            shown.put("fields_omitted", true);
        }
        return shown.encode();
    }

    /**
     * Where the attempt got to, cut to what helps. Of rows that were found nothing is kept, and of those that were not
     * found only the page: there may be a million of either.
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
                                .limit(MAX_CONSOLE)
                                .map(line -> cut(line, MAX_LINE_CHARS))
                                .toList(),
                        steps.subList(Math.max(0, steps.size() - MAX_STEPS), steps.size()))
                .toJson();
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + "…";
    }

    /** Whether a stored result is of that row, as far as it says; of a repeated key, of the first row with it. */
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
