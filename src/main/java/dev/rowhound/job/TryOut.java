package dev.rowhound.job;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Tries a specification on a few keys at once, without a job. */
public interface TryOut {
    /** The most keys of one try-out. */
    int MAX_KEYS = 10;

    /** The value of a row that is looked up, beside those of its columns. */
    String KEY = "key";

    /** What one key came to, and what was kept for a person to look at: always a screenshot where a page came. */
    record Trial(String key, ItemResult result, List<Evidence> evidence) {
        public Trial {
            evidence = List.copyOf(evidence);
        }

        /**
         * The wire form, but for the evidence: {@code {"key","state","fields","error","visit"}}.
         */
        public JsonObject toJson() {
            return new JsonObject()
                    .put("key", key)
                    .put("state", result.state().wire())
                    .put("fields", result.fields())
                    .put("error", result.error() == null ? null : result.error().toJson())
                    .put("visit", result.visit() == null ? null : result.visit().toJson());
        }
    }

    /** Why a try-out was not made. */
    enum RefusalReason {
        /** Every node that could make it has as many waiting as it takes. */
        BUSY,
        /** No node with a browser is heard. */
        NOBODY,
        /** The node that made it has fallen silent, or stops. */
        LOST
    }

    /** A try-out was not made. */
    final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final RefusalReason reason;

        /** With a sentence for a person. */
        public RefusedException(RefusalReason reason, String message) {
            super(message);
            this.reason = reason;
        }

        /** Why. */
        public RefusalReason reason() {
            return reason;
        }
    }

    /**
     * Looks the keys up, one after the other, each once.
     *
     * @param specification how, such as a recipe's JSON; checked
     * @param rows for each key its row: the values by column name; {@code key} itself is the column of that name
     * @param gone ends, in whatever way, when nobody waits for the try-out any more; it breaks off then
     * @return a trial a row, in order; fails with {@link RefusedException} where no node with a browser is there, or
     *     none is free
     */
    Future<List<Trial>> run(JsonObject specification, List<JsonObject> rows, Future<?> gone);
}
