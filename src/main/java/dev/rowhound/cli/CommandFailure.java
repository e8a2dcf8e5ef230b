package dev.rowhound.cli;

/** A command cannot go on; the message is one sentence for a person. */
class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /** Fails with {@link RowhoundCommand#FAILED}. */
    CommandFailure(String message) {
        this(message, RowhoundCommand.FAILED);
    }

    CommandFailure(String message, int exitCode) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }

    /** What a throwable says to a person: its message, or where it has none its kind. */
    static String sentence(Throwable cause) {
        String message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }
}
