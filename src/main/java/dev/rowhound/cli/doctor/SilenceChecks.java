package dev.rowhound.cli.doctor;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;

/** Checks idle connections, connections with heartbeats only, and WebSockets in general. */
final class SilenceChecks {
    /** An idle connection that lasts this long needs no change, as heartbeats are more frequent. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(90);

    private static final int SOCKET_SECONDS = 2;

    private final Target target;
    private final ScheduledExecutorService timer;
    private final Settings settings;
    private final Duration heartbeat;

    SilenceChecks(Target target, ScheduledExecutorService timer, Settings settings, Duration heartbeat) {
        this.target = target;
        this.timer = timer;
        this.settings = settings;
        this.heartbeat = heartbeat;
    }

    /** Checks an idle stream. */
    List<CheckResult> silentStream() throws InterruptedException {
        return List.of(silence("idle_stream", "stream", stream("&quiet=1"), Fault.IDLE_CUT));
    }

    /** Checks a stream whose only data are as frequent as heartbeats. */
    List<CheckResult> heartbeatStream() throws InterruptedException {
        return List.of(beating("heartbeats", "stream", stream("&interval_ms=" + beat()), Fault.CUT_DESPITE_HEARTBEATS));
    }

    private ProbeResult stream(String query) throws InterruptedException {
        return new ProbeStream(timer, settings.grace())
                .read(
                        target.http(),
                        target.request("events?seconds=" + settings.silence() + query),
                        settings.silence());
    }

    /** Checks that a WebSocket can be opened. */
    List<CheckResult> socket() throws InterruptedException {
        ProbeResult probe = new ProbeSocket(settings.grace())
                .read(target, "seconds=" + SOCKET_SECONDS + "&interval_ms=100", SOCKET_SECONDS);
        return List.of(
                switch (probe.end()) {
                    case COMPLETE -> CheckResult.ok("websocket", "A WebSocket opens and delivers frames.");
                    case REFUSED, UNREACHABLE ->
                        CheckResult.finding(
                                "websocket",
                                Fault.NO_WEBSOCKET,
                                "A WebSocket cannot be opened"
                                        + (probe.status() == 0
                                                ? ": " + probe.cause() + "."
                                                : ": the response is " + probe.status()
                                                        + (probe.status() == 426
                                                                ? ", because the header Upgrade does not reach the node."
                                                                : ".")));
                    case CUT, STALLED ->
                        CheckResult.finding(
                                "websocket",
                                probe.end() == ProbeResult.End.CUT ? Fault.CUT : Fault.STALLED,
                                "A WebSocket "
                                        + (probe.end() == ProbeResult.End.CUT ? "was cut" : "stalled")
                                        + " after " + StreamChecks.seconds(probe.lasted())
                                        + " while frames were sent.");
                });
    }

    /** Checks an idle WebSocket. */
    List<CheckResult> silentSocket() throws InterruptedException {
        ProbeResult probe = socket("&quiet=1");
        return neverOpened(probe)
                ? List.of()
                : List.of(silence("idle_websocket", "WebSocket", probe, Fault.SOCKET_IDLE_CUT));
    }

    /** Checks a WebSocket whose only frames are as frequent as heartbeats. */
    List<CheckResult> heartbeatSocket() throws InterruptedException {
        ProbeResult probe = socket("&interval_ms=" + beat());
        return neverOpened(probe)
                ? List.of()
                : List.of(beating("websocket_heartbeats", "WebSocket", probe, Fault.SOCKET_CUT_DESPITE_HEARTBEATS));
    }

    private ProbeResult socket(String query) throws InterruptedException {
        return new ProbeSocket(settings.grace())
                .read(target, "seconds=" + settings.silence() + query, settings.silence());
    }

    /** Returns whether the WebSocket was never opened, which another check reports. */
    private static boolean neverOpened(ProbeResult probe) {
        return probe.status() != 101;
    }

    private long beat() {
        return Math.min(60_000, heartbeat.toMillis());
    }

    private CheckResult silence(String check, String what, ProbeResult probe, Fault cut) {
        String idle = StreamChecks.seconds(probe.idle());
        String beats = "heartbeats are sent every " + StreamChecks.seconds(heartbeat);
        return switch (probe.end()) {
            case COMPLETE -> CheckResult.ok(check, "A " + what + " may stay idle for " + settings.silence() + " s.");
            case CUT -> {
                if (probe.idle().compareTo(heartbeat) <= 0) {
                    yield CheckResult.finding(
                            check,
                            cut,
                            "A " + what + " is cut after " + idle + " without data, and " + beats
                                    + ": every idle connection is cut.");
                }
                String sentence = "A " + what + " is cut after " + idle + " without data; " + beats + ", which";
                yield probe.idle().compareTo(LONG_ENOUGH) >= 0
                        ? CheckResult.note(check, cut, sentence + " suffices.")
                        : CheckResult.finding(
                                check, cut, sentence + " keeps it open, but one pause of that length ends it.");
            }
            case STALLED ->
                CheckResult.finding(
                        check,
                        Fault.IDLE_LOST,
                        "A " + what + " that was idle for " + settings.silence()
                                + " s is dead, and neither side was notified: later data is lost.");
            case REFUSED ->
                // Some proxies end a connection with 504 if it was idle from the beginning.
                probe.status() == 504
                        ? CheckResult.finding(
                                check, cut, "A " + what + " without data gets status 504 after " + idle + ".")
                        : CheckResult.finding(
                                check,
                                Fault.ERROR_ANSWER,
                                "A request got status " + probe.status() + " instead of a " + what + ".");
            case UNREACHABLE ->
                CheckResult.finding(
                        check, Fault.ERROR_ANSWER, "A connection failed before its response: " + probe.cause() + ".");
        };
    }

    private CheckResult beating(String check, String what, ProbeResult probe, Fault cut) {
        if (probe.end() == ProbeResult.End.CUT) {
            return CheckResult.finding(
                    check,
                    cut,
                    "A " + what + " is cut after " + StreamChecks.seconds(probe.lasted())
                            + " although data was sent every " + StreamChecks.seconds(heartbeat)
                            + ", like heartbeats.");
        }
        CheckResult broken = StreamChecks.broken(check, probe);
        return broken != null
                ? broken
                : CheckResult.ok(check, "Heartbeats keep a " + what + " open for " + settings.silence() + " s.");
    }
}
