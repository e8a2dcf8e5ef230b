package dev.rowhound.cli.doctor;

import dev.rowhound.cli.console.LiveLine;
import dev.rowhound.cli.console.ProgressBar;
import dev.rowhound.cli.console.Terminal;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Shows the doctor's progress as a bar of the expected duration, and then prints the report. */
final class DoctorDisplay implements Doctor.CheckListener, AutoCloseable {
    private static final long REDRAW_MILLIS = 200;
    private static final long PLAIN_LINE_MILLIS = 15_000;
    private static final int NAME_WIDTH = 21;

    private final Terminal terminal;
    private final long expectedSeconds;
    private final LiveLine line;
    private long startNanos = System.nanoTime();
    private int checks;
    private int done;

    DoctorDisplay(Terminal terminal, long expectedSeconds) {
        this.terminal = terminal;
        this.expectedSeconds = expectedSeconds;
        this.line = new LiveLine(terminal, this::line);
    }

    @Override
    public synchronized void started(Set<ProxyKind> proxies, String server, int count) {
        checks = count;
        startNanos = System.nanoTime();
        String proxyList = proxies.isEmpty()
                ? "no proxy detected"
                : "behind " + proxies.stream().map(ProxyKind::title).collect(Collectors.joining(" and "));
        terminal.printError("A node responds, " + proxyList + (server.isEmpty() ? "" : " (Server: " + server + ")")
                + ". " + count + " checks run in parallel, about " + expectedSeconds + " s.");
        line.start(REDRAW_MILLIS, PLAIN_LINE_MILLIS);
    }

    @Override
    public synchronized void finished(String check) {
        done++;
    }

    private synchronized String line() {
        if (checks == 0) {
            return "";
        }
        long elapsed = Math.min(Duration.ofNanos(System.nanoTime() - startNanos).toSeconds(), expectedSeconds);
        String figures = done + " of " + checks + " checks done  "
                + ProgressBar.duration(Duration.ofSeconds(expectedSeconds - elapsed)) + " left";
        return terminal.interactive()
                ? ProgressBar.render(elapsed, expectedSeconds, figures, terminal.columns() - 1, terminal.blocks())
                : figures;
    }

    @Override
    public void close() {
        line.close();
    }

    /** Prints a line for each check, and below each finding the settings to change. */
    static void print(Report report, Terminal terminal) {
        Set<Fault> advised = EnumSet.noneOf(Fault.class);
        for (CheckResult result : report.results()) {
            String mark =
                    switch (result.level()) {
                        case OK -> "ok     ";
                        case NOTE -> "note   ";
                        case FINDING -> "FINDING";
                    };
            terminal.println(mark + "  " + pad(result.check()) + result.sentence());
            if (result.fault() != null && advised.add(result.fault())) {
                Remedies.of(result.fault(), ProxyKind.suspects(report.proxies()))
                        .forEach((proxy, setting) ->
                                terminal.println(" ".repeat(NAME_WIDTH + 9) + "-> " + proxy.title() + ": " + setting));
            }
        }
        long findings = report.count(CheckResult.Level.FINDING);
        terminal.println(
                findings == 0
                        ? "No findings."
                        : findings + (findings == 1 ? " finding." : " findings.")
                                + " The folder deploy has files with all these settings for nginx, Apache and HAProxy.");
    }

    private static String pad(String check) {
        String name = check.replace('_', ' ');
        return name + " ".repeat(Math.max(1, NAME_WIDTH - name.length()));
    }
}
