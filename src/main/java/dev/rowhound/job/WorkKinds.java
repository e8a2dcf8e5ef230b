package dev.rowhound.job;

import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The registry of a node's work kinds, by name. */
public final class WorkKinds {
    private final Map<String, WorkKind> kinds = new TreeMap<>();

    /** @throws IllegalArgumentException if two kinds share a name */
    public WorkKinds(Collection<? extends WorkKind> kinds) {
        for (WorkKind kind : kinds) {
            if (this.kinds.put(kind.name(), kind) != null) {
                throw new IllegalArgumentException("two kinds of work are called \"" + kind.name() + "\"");
            }
        }
    }

    public static WorkKinds of(WorkKind... kinds) {
        return new WorkKinds(List.of(kinds));
    }

    /** @throws UnknownKindException if this node has no kind of that name */
    public WorkKind named(String name) {
        WorkKind kind = kinds.get(name);
        if (kind == null) {
            throw new UnknownKindException("this node does not support the kind \"" + name + "\"; it supports "
                    + String.join(", ", kinds.keySet()));
        }
        return kind;
    }

    /**
     * Compiles a specification by its kind.
     *
     * @throws UnknownKindException if this node does not have the kind
     * @throws RuntimeException if the document is invalid; the message says why
     */
    public Work compile(JsonObject document) {
        return named(nameIn(document)).compile(document);
    }

    /** Returns the name of the kind that a specification document names. */
    static String nameIn(JsonObject document) {
        return document.getString(WorkKind.KEY, WorkKind.LOOKUP);
    }

    /** Thrown for a kind that this node does not have. */
    public static final class UnknownKindException extends RuntimeException {
        /** The code on the wire, of a refused submission and of a paused job. */
        public static final String CODE = "unknown_kind";

        private static final long serialVersionUID = 1L;

        private UnknownKindException(String message) {
            super(message);
        }
    }
}
