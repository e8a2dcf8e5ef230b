package dev.rowhound.queue;

import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.RandomGenerator;

/**
 * The one seed that all random sequences of a run follow from. It is told when a test fails;
 * {@code -Drowhound.model.seed} repeats it.
 */
final class Seeds {
    private static final long SEED = Long.getLong("rowhound.model.seed", System.currentTimeMillis() % 1_000_000);

    private Seeds() {}

    /** The same values by the seed. */
    static <T> Arbitrary<T> seeded(Arbitrary<T> values) {
        RandomGenerator<T> generator = values.generator(1000, false);
        Random random = new Random(SEED);
        return Arbitraries.fromGenerator(jqwiks -> generator.next(random));
    }

    /** Runs a try, and says how to repeat it when it fails. */
    static void tell(Runnable run) {
        try {
            run.run();
        } catch (AssertionError e) {
            throw new AssertionError("repeat with -Drowhound.model.seed=" + SEED + ": " + e.getMessage(), e);
        }
    }
}
