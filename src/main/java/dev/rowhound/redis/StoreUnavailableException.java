package dev.rowhound.redis;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when Redis did not execute a call and may do so later. A call without a reply may have been executed all the
 * same.
 */
public final class StoreUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final StoreFault reason;

    StoreUnavailableException(String message, @Nullable Throwable cause) {
        this(StoreFault.NO_ANSWER, message, cause);
    }

    StoreUnavailableException(StoreFault reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public StoreFault reason() {
        return reason;
    }

    /** Why Redis did not execute a call; all but the first are the error codes of Redis. */
    public enum StoreFault {
        /** No reply in time, or no connection. */
        NO_ANSWER("store_unavailable", "the store is unavailable; try again in a moment"),
        /** Redis is loading its data. */
        LOADING("store_loading", "the store is reading its data after a start; try again in a moment"),
        /** Redis cannot write its AOF or snapshot. */
        MISCONF("store_cannot_save", "the store cannot write to its disk and takes no changes; try again later"),
        /** Redis has reached {@code maxmemory}. */
        OOM("store_full", "the store's memory is full; try again when running jobs have ended"),
        /** Redis is a replica. */
        READONLY("store_read_only", "the store is a replica and takes no changes; try again after the fail-over"),
        /** Redis is a replica without its primary. */
        MASTERDOWN("store_primary_down", "the store has lost its primary; try again after the fail-over"),
        /** Redis has fewer replicas than {@code min-replicas-to-write}. */
        NOREPLICAS("store_no_replicas", "the store has too few replicas to take changes; try again later"),
        /** A long-running script blocks Redis. */
        BUSY("store_busy", "a long script blocks the store; try again in a moment"),
        /** The Redis Cluster does not serve all slots. */
        CLUSTERDOWN("store_cluster_down", "a part of the store's cluster is down; try again in a moment"),
        /** The Redis Cluster is migrating the keys. */
        TRYAGAIN("store_moving", "the store is moving data between its nodes; try again in a moment"),
        /** Redis requires a password. */
        NOAUTH("store_denied", "the store denies this node access; its operator must grant it"),
        /** The password is wrong. */
        WRONGPASS(NOAUTH.code, NOAUTH.sentence),
        /** The Redis user lacks permission. */
        NOPERM(NOAUTH.code, NOAUTH.sentence);

        private final String code;
        private final String sentence;

        StoreFault(String code, String sentence) {
            this.code = code;
            this.sentence = sentence;
        }

        /** The error code, part of the wire format. */
        public String code() {
            return code;
        }

        /** The message for a caller. */
        public String sentence() {
            return sentence;
        }

        /** Returns the reason that an error of Redis begins with, or null for any other error. */
        static @Nullable StoreFault of(String error) {
            String first = error.substring(0, Math.max(0, error.indexOf(' ')));
            for (StoreFault reason : values()) {
                if (reason != NO_ANSWER && reason.name().equals(first)) {
                    return reason;
                }
            }
            return null;
        }
    }
}
