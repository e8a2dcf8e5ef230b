package dev.rowhound.recipe.pattern;

import java.util.function.BooleanSupplier;

/**
 * What a computation over foreign text may still cost. Loops spend from it as they go, so that none runs on when its
 * time is over: a thread in such a loop cannot be stopped from outside. Not safe for use by several threads.
 */
public final class Budget {
    /** After so many steps the clock is looked at; that many take well below a millisecond. */
    private static final int STEPS_A_LOOK = 4096;

    private final long maxSteps;
    private final BooleanSupplier over;
    private long spent;
    private long nextLook = STEPS_A_LOOK;

    private Budget(long maxSteps, BooleanSupplier over) {
        this.maxSteps = maxSteps;
        this.over = over;
    }

    /** As many steps as fit into the time until it is over. */
    public static Budget until(BooleanSupplier over) {
        return new Budget(Long.MAX_VALUE, over);
    }

    /** A number of steps, whatever the time: the same text always costs the same. */
    public static Budget ofSteps(long maxSteps) {
        return new Budget(maxSteps, () -> false);
    }

    /** How many steps were taken. */
    long spent() {
        return spent;
    }

    /**
     * Takes steps from it. A step is about what it takes to look at one character or one element.
     *
     * @throws BudgetExceededException if there are none left
     */
    public void spend(long steps) {
        spent += steps;
        if (spent >= nextLook || spent > maxSteps) {
            if (spent > maxSteps) {
                throw new BudgetExceededException("takes more than " + maxSteps + " steps");
            }
            if (over.getAsBoolean()) {
                throw new BudgetExceededException("was not done when its time was over");
            }
            nextLook = spent + STEPS_A_LOOK;
        }
    }
}
