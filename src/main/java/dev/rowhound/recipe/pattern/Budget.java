package dev.rowhound.recipe.pattern;

import java.util.function.BooleanSupplier;

/**
 * A limit for computations over untrusted text. Loops spend steps from it, so that they end with their time: a thread
 * in such a loop cannot be stopped from outside. Not thread-safe.
 */
public final class Budget {
    /** The steps between two checks of the time, well below a millisecond. */
    private static final int STEPS_PER_CHECK = 4096;

    private final long maxSteps;
    private final BooleanSupplier over;
    private long spent;
    private long nextCheck = STEPS_PER_CHECK;

    private Budget(long maxSteps, BooleanSupplier over) {
        this.maxSteps = maxSteps;
        this.over = over;
    }

    /** Creates a budget that ends when {@code over} returns true. */
    public static Budget until(BooleanSupplier over) {
        return new Budget(Long.MAX_VALUE, over);
    }

    /** Creates a budget of steps, regardless of time: the same text always costs the same. */
    public static Budget ofSteps(long maxSteps) {
        return new Budget(maxSteps, () -> false);
    }

    long spent() {
        return spent;
    }

    /**
     * Spends steps. A step is about the cost of one character or one element.
     *
     * @throws BudgetExceededException if none are left
     */
    public void spend(long steps) {
        spent += steps;
        if (spent >= nextCheck || spent > maxSteps) {
            if (spent > maxSteps) {
                throw new BudgetExceededException("takes more than " + maxSteps + " steps");
            }
            if (over.getAsBoolean()) {
                throw new BudgetExceededException("did not finish in time");
            }
            nextCheck = spent + STEPS_PER_CHECK;
        }
    }
}
