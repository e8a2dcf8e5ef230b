package dev.rowhound.cli;

import dev.rowhound.config.InvalidConfigException;
import java.util.concurrent.Callable;
import picocli.CommandLine.ExitCode;

/** A command cannot go on; the message is one sentence for a person. */
class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /** Fails with {@link ExitCode#SOFTWARE}. */
    CommandFailure(String message) {
        this(message, ExitCode.SOFTWARE);
    }

    CommandFailure(String message, int exitCode) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }

    /**
     * Does the work; what it throws becomes a failure that tells its sentence.
     *
     * @param beginning what the sentence begins with, empty for nothing
     */
    static <T> T attempt(String beginning, Callable<T> work) throws InterruptedException {
        try {
            return work.call();
        } catch (InvalidConfigException | CommandFailure | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new CommandFailure(beginning + sentence(e));
        }
    }

    /** What a throwable says to a person: its message, or where it has none its kind. */
    static String sentence(Throwable cause) {
        String message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }
}
