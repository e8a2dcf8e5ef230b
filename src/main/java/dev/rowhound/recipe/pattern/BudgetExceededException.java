package dev.rowhound.recipe.pattern;

/** A computation over foreign text was given up. The message is the predicate of a sentence. */
public final class BudgetExceededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Given up because of that. */
    public BudgetExceededException(String message) {
        super(message, null, false, false);
    }
}
