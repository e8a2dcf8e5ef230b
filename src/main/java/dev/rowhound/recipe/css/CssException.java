package dev.rowhound.recipe.css;

/** Signals an invalid selector. */
public final class CssException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int at;

    CssException(int at, String message) {
        super(message, null, false, false);
        this.at = at;
    }

    /** Returns the position in characters, from 0. */
    public int at() {
        return at;
    }

    /** Returns the problem with its position, as the end of a sentence that begins with the selector. */
    public String place() {
        return getMessage() + " at character " + (at + 1);
    }
}
