package dev.rowhound.job;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Runs a specification against a few keys immediately, without a job. */
public interface TryOut {
    int MAX_KEYS = 10;

    /** The name under which a row holds its key, beside the values of its columns. */
    String KEY = "key";

    /** The result of one key with its evidence, which includes a screenshot if a page was loaded. */
    record Trial(String key, ItemResult result, List<Evidence> evidence) {
        public Trial {
            evidence = List.copyOf(evidence);
        }

        /** Returns the wire form without the evidence: {@code {"key","state","fields","error","visit"}}. */
        public JsonObject toJson() {
            return new JsonObject()
                    .put("key", key)
                    .put("state", result.state().wire())
                    .put("fields", result.fields())
                    .put("error", result.error() == null ? null : result.error().toJson())
                    .put("visit", result.visit() == null ? null : result.visit().toJson());
        }
    }

    /** Why a try-out did not run. */
    enum RefusalReason {
        /** The queues of all capable nodes are full. */
        BUSY,
        /** No node with a browser responded. */
        NOBODY,
        /** The node that ran it stopped responding or shuts down. */
        LOST
    }

    /** Fails a try-out that did not run. */
    final class RefusedException extends RuntimeException {
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

    /**
     * Looks up the keys one after the other, each once.
     *
     * @param specification the validated specification, such as a recipe's JSON
     * @param rows the values of each key's row by column name; the key itself is under {@code key}
     * @param gone completes when nobody waits for the try-out; the try-out then stops
     * @return one trial a row, in order; fails with {@link RefusedException} if no node with a browser is present or
     *     free
     */
    Future<List<Trial>> run(JsonObject specification, List<JsonObject> rows, Future<?> gone);
}
