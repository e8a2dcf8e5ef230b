package dev.rowhound.cli.console;

/** A shutdown hook with a message, for a process that is stopped by Ctrl-C or SIGTERM before the command has ended. */
public final class ShutdownHook implements AutoCloseable {
    private final Thread hook;
    private volatile String message = "Stopping";

    /**
     * Registers the hook until this is closed.
     *
     * @param action runs after the message; the process ends when it returns
     */
    public ShutdownHook(Terminal terminal, Runnable action) {
        hook = new Thread(
                () -> {
                    terminal.printLast(message);
                    action.run();
                },
                "rowhound-early-end");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    public void message(String sentence) {
        message = sentence;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending and the hook is running.
        }
    }
}
