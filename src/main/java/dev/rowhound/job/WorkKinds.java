package dev.rowhound.job;

import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The kinds of work that a node knows, by name. */
public final class WorkKinds {
    private final Map<String, WorkKind> kinds = new TreeMap<>();

    /** @throws IllegalArgumentException where two have one name */
    public WorkKinds(Collection<? extends WorkKind> kinds) {
        for (WorkKind kind : kinds) {
            if (this.kinds.put(kind.name(), kind) != null) {
                throw new IllegalArgumentException("two kinds of work are called \"" + kind.name() + "\"");
            }
        }
    }

    /** These kinds. */
    public static WorkKinds of(WorkKind... kinds) {
        return new WorkKinds(List.of(kinds));
    }

    /** @throws UnknownKindException where this node does not know a kind of that name */
    public WorkKind named(String name) {
        WorkKind kind = kinds.get(name);
        if (kind == null) {
            throw new UnknownKindException(
                    "this node does not know the kind \"" + name + "\"; it knows " + String.join(", ", kinds.keySet()));
        }
        return kind;
    }

    /**
     * Compiles a specification by its kind.
     *
     * @throws UnknownKindException where this node does not know its kind
     * @throws RuntimeException saying what is wrong with the specification
     */
    public Work compile(JsonObject document) {
        return named(nameIn(document)).compile(document);
    }

    /** The name of the kind of a specification with that document. */
    static String nameIn(JsonObject document) {
        return document.getString(WorkKind.KEY, WorkKind.LOOKUP);
    }

    /** A kind is named that this node does not know. */
    public static final class UnknownKindException extends RuntimeException {
        /** The code on the wire, of a refused submission and of a job that is paused. */
        public static final String CODE = "unknown_kind";

        private static final long serialVersionUID = 1L;

        private UnknownKindException(String message) {
            super(message);
        }
    }
}
