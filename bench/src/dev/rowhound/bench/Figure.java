package dev.rowhound.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One figure of a benchmark: the values of the project and its peer in each round, and the goal for their ratio. */
final class Figure {
    /** The bound for the ratio of project to peer, or for the project's own value. */
    enum Goal {
        /** A minimum for the ratio. */
        AT_LEAST,
        /** A maximum for the ratio. */
        AT_MOST,
        /** A minimum for the project's value. */
        OWN_AT_LEAST,
        /** A maximum for the project's value. */
        OWN_AT_MOST,
        /** No goal; the figure is informative. */
        NONE
    }

    private final String name;
    private final String unit;
    private final Goal goal;
    private final double bound;
    private final List<Double> own = new ArrayList<>();
    private final List<Double> peer = new ArrayList<>();

    /**
     * @param unit the unit of the values
     * @param bound the bound for the ratio, or for the project's value
     */
    Figure(String name, String unit, Goal goal, double bound) {
        this.name = name;
        this.unit = unit;
        this.goal = goal;
        this.bound = bound;
    }

    /** Adds the values of one round. */
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

    /** The goal as text for people. */
    String goal() {
        // Small bounds are easier to read as fractions.
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

    /** Adds a value of the project for a round without a peer's value. */
    void add(double ownValue) {
        own.add(ownValue);
    }

    /** Adds a peer's value for a round in which the project was not measured. */
    void addPeer(double peerValue) {
        peer.add(peerValue);
    }

    /** Whether both the project and the peer have values. */
    boolean compares() {
        return !own.isEmpty() && !peer.isEmpty();
    }

    /** Formats a value with its significant digits: 21,480; 12.4; 0.086. */
    static String number(double value) {
        double size = Math.abs(value);
        if (size >= 100 || value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, size >= 1 ? "%.1f" : "%.3f", value);
    }
}
