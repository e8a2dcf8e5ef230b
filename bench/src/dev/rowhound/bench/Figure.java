package dev.rowhound.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One figure of a bench: what the project and its peer came to in each round, and the goal for their ratio. */
final class Figure {
    /** Which way the ratio of project to peer is to go, or the project's own value. */
    enum Goal {
        /** It is to be at least so much. */
        AT_LEAST,
        /** It is to be at most so much. */
        AT_MOST,
        /** The project's own value is to be at least so much. */
        OWN_AT_LEAST,
        /** The project's own value is to be at most so much. */
        OWN_AT_MOST,
        /** It is told for information alone. */
        NONE
    }

    private final String name;
    private final String unit;
    private final Goal goal;
    private final double bound;
    private final List<Double> own = new ArrayList<>();
    private final List<Double> peer = new ArrayList<>();

    /**
     * Without values yet.
     *
     * @param unit what a value counts
     * @param bound what the ratio, or the project's value, is held against
     */
    Figure(String name, String unit, Goal goal, double bound) {
        this.name = name;
        this.unit = unit;
        this.goal = goal;
        this.bound = bound;
    }

    /** What one round came to. */
    void add(double ownValue, double peerValue) {
        own.add(ownValue);
        peer.add(peerValue);
    }

    String name() {
        return name;
    }

    String unit() {
        return unit;
    }

    List<Double> own() {
        return own;
    }

    List<Double> peer() {
        return peer;
    }

    boolean hasGoal() {
        return goal != Goal.NONE;
    }

    /** The project's median over the peer's. */
    double ratio() {
        return median(own) / median(peer);
    }

    boolean fallsShort() {
        return switch (goal) {
            case AT_LEAST -> ratio() < bound;
            case AT_MOST -> ratio() > bound;
            case OWN_AT_LEAST -> median(own) < bound;
            case OWN_AT_MOST -> median(own) > bound;
            case NONE -> false;
        };
    }

    /** The goal for a person. */
    String goal() {
        // What is nearly as much is told as such, what is far less as a fraction.
        String number = bound > 0.5 ? String.valueOf(bound).replaceFirst("\\.0$", "") : "1/" + number(1 / bound);
        return switch (goal) {
            case AT_LEAST -> "≥ " + number;
            case AT_MOST -> "≤ " + number;
            case OWN_AT_LEAST -> "≥ " + number + " " + unit;
            case OWN_AT_MOST -> "≤ " + number + " " + unit;
            case NONE -> "";
        };
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** Without a peer's value, where it has nothing of the kind. */
    void add(double ownValue) {
        own.add(ownValue);
    }

    /** Without a value of the project's, where it was not measured. */
    void addPeer(double peerValue) {
        peer.add(peerValue);
    }

    /** Whether there is something to hold the project's values against. */
    boolean compares() {
        return !own.isEmpty() && !peer.isEmpty();
    }

    /** With as many places as tell something: 21,480; 12.4; 0.086. */
    static String number(double value) {
        double size = Math.abs(value);
        if (size >= 100 || value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, size >= 1 ? "%.1f" : "%.3f", value);
    }
}
