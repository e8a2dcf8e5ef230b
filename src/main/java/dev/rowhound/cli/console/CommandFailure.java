package dev.rowhound.cli.console;

import dev.rowhound.config.InvalidConfigException;
import java.util.concurrent.Callable;
import picocli.CommandLine.ExitCode;

/** A command cannot go on; the message is one sentence for a person. */
public class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /** Fails with {@link ExitCode#SOFTWARE}. */
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
     * Does the work; what it throws becomes a failure with its sentence.
     *
     * @param beginning what the sentence begins with, empty for nothing
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

    /** What a throwable says to a person: its message, or where it has none its kind. */
    public static String sentence(Throwable cause) {
        String message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }
}
