package dev.rowhound.cli.run;

import dev.rowhound.cli.console.Progress;
import dev.rowhound.cli.console.ProgressBar;
import dev.rowhound.cli.console.Terminal;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Shows a job's progress until it is closed: as one redrawn line on a terminal, else as a line every few seconds. */
final class ProgressDisplay implements AutoCloseable {
    private static final long REDRAW_MILLIS = 100;
    private static final long PLAIN_LINE_MILLIS = 5_000;

    private final ProgressTracker tracker;
    private final Terminal terminal;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "rowhound-progress");
        thread.setDaemon(true);
        return thread;
    });
    private String shown = "";
    private boolean closed;

    ProgressDisplay(ProgressTracker tracker, Terminal terminal) {
        this.tracker = tracker;
        this.terminal = terminal;
    }

    /** Starts showing the progress whenever it has changed. */
    void start() {
        long period = terminal.interactive() ? REDRAW_MILLIS : PLAIN_LINE_MILLIS;
        // PrintStream ignores failures, such as a closed pipe, so show() cannot throw.
        ScheduledFuture<?> unused = timer.scheduleAtFixedRate(this::show, period, period, TimeUnit.MILLISECONDS);
    }

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
        if (closed) {
            return;
        }
        Progress progress = tracker.progress();
        if (progress.counts().isEmpty()) {
            return;
        }
        // The last column stays empty, as some terminals wrap as soon as it is filled.
        String line = terminal.interactive()
                ? ProgressBar.render(progress, terminal.columns() - 1, terminal.blocks())
                : ProgressBar.plain(progress);
        if (line.equals(shown)) {
            return;
        }
        if (terminal.interactive()) {
            terminal.draw(line + " ".repeat(Math.max(0, shown.length() - line.length())));
        } else {
            terminal.complain(line);
        }
        shown = line;
    }
}
