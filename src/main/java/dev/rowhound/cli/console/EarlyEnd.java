package dev.rowhound.cli.console;

/** What is said and done when the process is asked to end, by Ctrl-C or SIGTERM, before the command has. */
public final class EarlyEnd implements AutoCloseable {
    private final Thread hook;
    private volatile String farewell = "Stopping";

    /**
     * From here on until this is closed.
     *
     * @param action done after the farewell; the process ends when it returns
     */
    public EarlyEnd(Terminal terminal, Runnable action) {
        hook = new Thread(
                () -> {
                    terminal.sayLast(farewell);
                    action.run();
                },
                "rowhound-early-end");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Sets what is said. */
    public void farewell(String sentence) {
        farewell = sentence;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending and the hook is at work.
        }
    }
}
