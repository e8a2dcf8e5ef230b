package dev.rowhound.cli.console;

import dev.rowhound.config.InvalidConfigException;
import java.util.concurrent.Callable;
import picocli.CommandLine.ExitCode;

/** Ends a command; the message is one sentence for people. */
public class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /** Creates a failure with {@link ExitCode#SOFTWARE}. */
    public CommandFailure(String message) {
        this(message, ExitCode.SOFTWARE);
    }

    public CommandFailure(String message, int exitCode) {
        super(message);
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }

    /**
     * Runs the work and turns its exceptions into failures with their message.
     *
     * @param beginning the beginning of the failure's message, or empty
     */
    public static <T> T attempt(String beginning, Callable<T> work) throws InterruptedException {
        try {
            return work.call();
        } catch (InvalidConfigException | CommandFailure | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new CommandFailure(beginning + sentence(e));
        }
    }

    /** Returns an exception's message, or its class if it has none. */
    public static String sentence(Throwable cause) {
        String message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }
}
