package dev.rowhound.cli.console;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Shows a line whenever it has changed, until it is closed: on a terminal drawn over, elsewhere one every few seconds. */
public final class LiveLine implements AutoCloseable {
    private final Terminal terminal;
    private final Supplier<String> line;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "rowhound-progress");
        thread.setDaemon(true);
        return thread;
    });
    private String shown = "";
    private boolean closed;

    /**
     * Shows nothing yet.
     *
     * @param line tells the present line, empty for none
     */
    public LiveLine(Terminal terminal, Supplier<String> line) {
        this.terminal = terminal;
        this.line = line;
    }

    /**
     * Begins to show it.
     *
     * @param redrawMillis how often it is looked at on a terminal
     * @param plainMillis how often elsewhere
     */
    public void start(long redrawMillis, long plainMillis) {
        long period = terminal.interactive() ? redrawMillis : plainMillis;
        // A printing that fails, such as into a closed pipe, is PrintStream's to swallow: show() cannot throw.
        ScheduledFuture<?> unused = timer.scheduleAtFixedRate(this::show, period, period, TimeUnit.MILLISECONDS);
    }

    /** Shows the last state and leaves the line. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        show();
        closed = true;
        timer.shutdownNow();
        terminal.leaveLine();
    }

    private synchronized void show() {
        String present = closed ? shown : line.get();
        if (present.isEmpty() || present.equals(shown)) {
            return;
        }
        if (terminal.interactive()) {
            terminal.draw(present + " ".repeat(Math.max(0, shown.length() - present.length())));
        } else {
            terminal.printError(present);
        }
        shown = present;
    }
}
