package dev.rowhound.cli.doctor;

/** There is nothing to check: no node answers at the address. The message says what happened. */
final class UnreachableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreachableException(String message) {
        super(message);
    }
}
