package dev.rowhound.config;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a document, so that all of it is told at once. Not safe for use by several threads. */
public final class Problems {
    /**
     * One fault.
     *
     * @param path where, with dots, such as {@code http.port}; empty for the document itself
     * @param message what is wrong and what would be right
     */
    public record Problem(String path, String message) {
        @Override
        public String toString() {
            return path.isEmpty() ? message : path + ": " + message;
        }
    }

    private final String source;
    private final List<Problem> found = new ArrayList<>();

    /** For a document of that name, such as a file's path. */
    public Problems(String source) {
        this.source = source;
    }

    /** Notes a fault. */
    public void add(String path, String message) {
        found.add(new Problem(path, message));
    }

    /** Notes every fault of another document, each with that document's name before its path. */
    public void addAll(Problems others) {
        for (Problem other : others.found) {
            add(other.path().isEmpty() ? others.source : others.source + ": " + other.path(), other.message());
        }
    }

    /** Whether nothing is wrong so far. */
    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** How many faults were found so far. */
    public int count() {
        return found.size();
    }

    /** What was found, in order. */
    public List<Problem> list() {
        return List.copyOf(found);
    }

    /**
     * Returns if nothing is wrong.
     *
     * @throws InvalidConfigException with every fault, one a line
     */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw new InvalidConfigException(source, list());
        }
    }
}
