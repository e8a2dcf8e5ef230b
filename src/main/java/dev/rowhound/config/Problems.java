package dev.rowhound.config;

import java.util.ArrayList;
import java.util.List;

/** Collects the problems of a document so that all are reported together. Not thread-safe. */
public final class Problems {
    /**
     * A problem.
     *
     * @param path the dotted path, such as {@code http.port}; empty for the document itself
     * @param message what is wrong and how to correct it
     */
    public record Problem(String path, String message) {
        @Override
        public String toString() {
            return path.isEmpty() ? message : path + ": " + message;
        }
    }

    private final String source;
    private final List<Problem> found = new ArrayList<>();

    /** Creates a collector for a document, named for example by its path. */
    public Problems(String source) {
        this.source = source;
    }

    public void add(String path, String message) {
        found.add(new Problem(path, message));
    }

    /** Adds the problems of another document, prefixed with that document's name. */
    public void addAll(Problems others) {
        for (Problem other : others.found) {
            add(other.path().isEmpty() ? others.source : others.source + ": " + other.path(), other.message());
        }
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    public int count() {
        return found.size();
    }

    /** Returns a copy of the problems, in the order of discovery. */
    public List<Problem> list() {
        return List.copyOf(found);
    }

    /** @throws InvalidConfigException with all problems, if there are any */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw new InvalidConfigException(source, list());
        }
    }
}
