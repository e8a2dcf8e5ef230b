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

    /**
     * Compiles a specification by its kind.
     *
     * @throws UnknownKindException where this node does not know its kind
     * @throws RuntimeException saying what is wrong with the specification
     */
    public Work compile(JsonObject specification) {
        String name = specification.getString(WorkKind.KEY, WorkKind.LOOKUP);
        WorkKind kind = kinds.get(name);
        if (kind == null) {
            throw new UnknownKindException(
                    "this node does not know the kind " + name + ", but " + String.join(", ", kinds.keySet()));
        }
        return kind.compile(specification);
    }

    /** A specification names a kind that this node does not know. */
    public static final class UnknownKindException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private UnknownKindException(String message) {
            super(message);
        }
    }
}
