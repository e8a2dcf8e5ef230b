package dev.rowhound.recipe.pattern;

/** Signals that a computation over untrusted text was given up. The message is the predicate of a sentence. */
public final class BudgetExceededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BudgetExceededException(String message) {
        super(message, null, false, false);
    }
}
