package dev.rowhound.cli.doctor;

/** Signals that no node responds at the address; the message says what happened. */
final class UnreachableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreachableException(String message) {
        super(message);
    }
}
