package dev.rowhound.edge;

import java.util.SplittableRandom;

/**
 * What a mean edge does to one connection.
 *
 * @param kind the fault
 * @param amount after how many bytes of the answer's body, or milliseconds of silence
 */
record Fate(Kind kind, long amount) {
    /** The faults of a mean edge, and how many of a hundred connections meet each. */
    enum Kind {
        NONE(30),
        CUT(20),
        RESET(15),
        BLACK_HOLE(10),
        SILENCE(10),
        BAD_GATEWAY(8),
        TIMED_OUT(7);

        private final int percent;

        Kind(int percent) {
            this.percent = percent;
        }
    }

    static final Fate GOOD = new Fate(Kind.NONE, 0);

    private static final int MAX_BYTES = 20_000;
    private static final int LEAST_SILENCE = 100;
    private static final int MOST_SILENCE = 2_000;

    /** The fate of a seed's n-th connection, whatever becomes of the others. */
    static Fate draw(long seed, long connection) {
        SplittableRandom random = new SplittableRandom(seed * 1_000_003 + connection);
        int drawn = random.nextInt(100);
        Kind kind = Kind.NONE;
        for (Kind candidate : Kind.values()) {
            kind = candidate;
            drawn -= candidate.percent;
            if (drawn < 0) {
                break;
            }
        }
        return new Fate(
                kind,
                kind == Kind.SILENCE ? random.nextInt(LEAST_SILENCE, MOST_SILENCE) : random.nextInt(1, MAX_BYTES));
    }
}
