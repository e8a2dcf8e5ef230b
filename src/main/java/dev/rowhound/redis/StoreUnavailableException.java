package dev.rowhound.redis;

import org.jspecify.annotations.Nullable;

/**
 * The store did not do what was asked of it and may do it later: a call that had no answer may have been done all the
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

    /** Why the store did not do it. */
    public StoreFault reason() {
        return reason;
    }

    /** Why a store does not do what is asked of it; those but the first are what Redis itself answers. */
    public enum StoreFault {
        /** No answer came in time, or there is no connection. */
        NO_ANSWER("store_unavailable", "the store does not answer; try again in a moment"),
        /** Redis reads its data after a start. */
        LOADING("store_loading", "the store is reading its data after a start; try again in a moment"),
        /** Redis cannot write its log or its snapshot. */
        MISCONF("store_cannot_save", "the store cannot write to its disk and takes no changes; try again later"),
        /** Redis has used its {@code maxmemory}. */
        OOM("store_full", "the store's memory is full; try again when running jobs have ended"),
        /** Redis is a replica. */
        READONLY("store_read_only", "the store is a replica and takes no changes; try again after the fail-over"),
        /** Redis is a replica without its primary. */
        MASTERDOWN("store_primary_down", "the store has lost its primary; try again after the fail-over"),
        /** Redis has fewer replicas than {@code min-replicas-to-write}. */
        NOREPLICAS("store_no_replicas", "the store has too few replicas to take changes; try again later"),
        /** A script holds Redis up. */
        BUSY("store_busy", "a long script holds the store up; try again in a moment"),
        /** The Redis Cluster does not serve all slots. */
        CLUSTERDOWN("store_cluster_down", "a part of the store's cluster is down; try again in a moment"),
        /** The Redis Cluster moves the keys to another node. */
        TRYAGAIN("store_moving", "the store is moving data between its nodes; try again in a moment"),
        /** Redis wants a password. */
        NOAUTH("store_denied", "the store refuses this node's access; its operator has to grant it"),
        /** Redis has another password. */
        WRONGPASS(NOAUTH.code, NOAUTH.sentence),
        /** Redis's user may not call that. */
        NOPERM(NOAUTH.code, NOAUTH.sentence);

        private final String code;
        private final String sentence;

        StoreFault(String code, String sentence) {
            this.code = code;
            this.sentence = sentence;
        }

        /** The code of the error, part of the wire format. */
        public String code() {
            return code;
        }

        /** The sentence for a caller. */
        public String sentence() {
            return sentence;
        }

        /** The reason that an error of Redis begins with, or null for another error. */
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
