package dev.rowhound.job;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;

/**
 * A few rows to process at once, one after the other and each once, without a job.
 *
 * @param specification how, such as a recipe's JSON; checked
 * @param rows for each row its values by column name; {@link #KEY} is what is processed, else the key's own column
 */
public record TryOut(JsonObject specification, List<JsonObject> rows) {
    /** The most rows of one try-out. */
    public static final int MAX_KEYS = 10;

    /** The name under which a row holds its key, beside the values of its columns. */
    public static final String KEY = "key";

    public TryOut {
        rows = List.copyOf(rows);
    }

    /** What nodes send each other. */
    public JsonObject toJson() {
        return new JsonObject().put("specification", specification).put("rows", new JsonArray(rows));
    }

    /** Reads what {@link #toJson} wrote. */
    public static TryOut of(JsonObject json) {
        List<JsonObject> rows = new ArrayList<>();
        json.getJsonArray("rows").forEach(row -> rows.add((JsonObject) row));
        return new TryOut(json.getJsonObject("specification"), rows);
    }

    /**
     * The result of one row with its evidence, which includes a screenshot if a page was loaded.
     *
     * @param key the row's key, normalised
     */
    public record Trial(String key, ItemResult result, List<Evidence> evidence) {
        public Trial {
            evidence = List.copyOf(evidence);
        }

        /**
         * The wire form, with all files in Base64:
         * {@code {"key","state","fields","error","visit","evidence":[{"name","media_type","bytes","base64"}]}}.
         */
        public JsonObject toJson() {
            return toJson(evidence);
        }

        /** The wire form of several, with files of so many bytes at most: pictures before what is larger. */
        public static JsonArray toJson(List<Trial> trials, long maxEvidenceBytes) {
            List<Evidence> picturesFirst = trials.stream()
                    .flatMap(trial -> trial.evidence().stream())
                    .sorted(Comparator.comparing(file -> !file.mediaType().startsWith("image/")))
                    .toList();
            List<Evidence> fitting = new ArrayList<>();
            long left = maxEvidenceBytes;
            for (Evidence file : picturesFirst) {
                if (file.content().length <= left) {
                    left -= file.content().length;
                    fitting.add(file);
                }
            }
            return new JsonArray(
                    trials.stream().map(trial -> trial.toJson(fitting)).toList());
        }

        private JsonObject toJson(List<Evidence> contained) {
            JsonArray files = new JsonArray();
            for (Evidence file : evidence) {
                JsonObject json = new JsonObject()
                        .put("name", file.name())
                        .put("media_type", file.mediaType())
                        .put("bytes", file.content().length);
                files.add(
                        contained.contains(file)
                                ? json.put("base64", Base64.getEncoder().encodeToString(file.content()))
                                : json.put("omitted", true));
            }
            return new JsonObject()
                    .put("key", key)
                    .put("state", result.state().wire())
                    .put("fields", result.fields())
                    .put("error", result.error() == null ? null : result.error().toJson())
                    .put("visit", result.visit() == null ? null : result.visit().toJson())
                    .put("evidence", files);
        }
    }

    /** Why a try-out did not run. */
    public enum RefusalReason {
        /** The queues of all capable nodes are full. */
        BUSY,
        /** No node with a browser responded. */
        NO_WORKER,
        /** The node that ran it stopped responding or shuts down, or its caller has left. */
        LOST
    }

    /** Fails a try-out that did not run. */
    public static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final RefusalReason reason;

        /** @param message a sentence for a person */
        public RefusedException(RefusalReason reason, String message) {
            super(message);
            this.reason = reason;
        }

        public RefusalReason reason() {
            return reason;
        }
    }
}
