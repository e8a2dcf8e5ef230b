package dev.rowhound.cli.doctor;

import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ScheduledExecutorService;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The first requests: whether a node is there, what it says of itself, and which proxies show. */
final class Introduction {
    private static final int TRIES = 4;
    private static final long PAUSE_MILLIS = 500;
    private static final Duration MAX_CLOCK_DIFFERENCE = Duration.ofSeconds(5);
    private static final Pattern MESSAGE = Pattern.compile("\"message\":\"((?:[^\"\\\\]|\\\\.)*+)\"");

    /**
     * What is known then.
     *
     * @param target whom to ask on
     * @param first the first greeting that came, or the last answer without one
     * @param results what has shown already
     */
    record Greeting(Target target, Reading first, List<CheckResult> results) {}

    private final ScheduledExecutorService timer;
    private final Settings settings;
    private final List<CheckResult> results = new ArrayList<>();

    Introduction(ScheduledExecutorService timer, Settings settings) {
        this.timer = timer;
        this.settings = settings;
    }

    /**
     * Asks until there is a greeting.
     *
     * @throws UnreachableException if there is no node, or something between that lets nobody through
     */
    Greeting meet(URI address) throws UnreachableException, InterruptedException {
        Target target = Target.of(address);
        int errors = 0;
        String error = "";
        for (int tried = 1; ; tried++) {
            Instant asked = Instant.now();
            Reading reading = new ProbeStream(timer, settings.grace())
                    .read(target.http(), target.request("events?seconds=1&interval_ms=500"), 1);
            if (reading.end() == Reading.End.UNREACHED && certificateIsAtFault(reading.cause())) {
                results.add(CheckResult.finding(
                        "tls", Fault.TLS, "The certificate is not trusted: " + reading.cause() + "."));
                target = target.trustingAnyone();
                continue;
            }
            if (reading.greeted()) {
                if (errors > 0) {
                    results.add(CheckResult.finding(
                            "reachable",
                            Fault.ERROR_ANSWER,
                            errors + " of " + tried + " requests came to nothing: " + error + "."));
                } else {
                    results.add(CheckResult.ok("reachable", "A node answers in HTTP/1.1."));
                }
                results.add(clock(reading, asked));
                return new Greeting(target, reading, results);
            }
            errors++;
            error = sentence(target, reading);
            if (tried == TRIES || reading.end() == Reading.End.STALLED && errors > 1) {
                if (reading.status() == 200 && reading.end() == Reading.End.CUT) {
                    results.add(CheckResult.finding(
                            "reachable",
                            Fault.CUT,
                            "Each of " + tried + " streams was cut before its first event: " + reading.cause() + "."));
                    return new Greeting(target, reading, results);
                }
                throw new UnreachableException(error);
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private static boolean certificateIsAtFault(String cause) {
        String text = cause.toLowerCase(Locale.ROOT);
        return text.contains("certificat") || text.contains("pkix") || text.contains("subject alternative");
    }

    /** What came instead of a greeting. Some of it is final at once. */
    private String sentence(Target target, Reading reading) throws UnreachableException {
        URI address = target.base();
        return switch (reading.end()) {
            case UNREACHED ->
                address + " cannot be reached: "
                        + (reading.cause().equals(ConnectException.class.getSimpleName())
                                ? "nothing listens there"
                                : reading.cause());
            case STALLED ->
                address + " takes the connection, but "
                        + settings.grace().plusSeconds(1).toSeconds() + " s bring no answer";
            case CUT, WHOLE ->
                reading.status() == 200 && !streams(reading)
                        ? none(address, reading)
                        : address + " answered, but the stream was cut before its first event";
            case REFUSED -> refused(address, reading);
        };
    }

    private static boolean streams(Reading reading) {
        return reading.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream");
    }

    private String refused(URI address, Reading reading) throws UnreachableException {
        int status = reading.status();
        String location = reading.headers().firstValue("Location").orElse("");
        if (status >= 300 && status < 400 && !location.isEmpty()) {
            throw new UnreachableException(
                    address + " leads on to " + location.replaceFirst("/api/v1/probe/.*", "") + "; give that address");
        }
        if (status == 401 || status == 403) {
            throw new UnreachableException(address + " asks who you are (status " + status
                    + "); let /api/v1/probe/ through, or ask from inside");
        }
        Matcher message = MESSAGE.matcher(reading.cause());
        boolean explained = reading.cause().contains("\"request_id\"") && message.find();
        if (explained && status != 404) {
            return address + " answered with status " + status + ": " + message.group(1);
        }
        return status >= 500 ? "something before the node answered with status " + status : none(address, reading);
    }

    private static String none(URI address, Reading reading) throws UnreachableException {
        throw new UnreachableException(address + " answered with status " + reading.status()
                + " and not as a Rowhound server does; is one there, and does the path /api/v1/ lead to it?");
    }

    /** The node's time lies between the request and its answer, if both clocks are right. */
    private static CheckResult clock(Reading reading, Instant asked) {
        Instant there = reading.hello().getInstant("at");
        Duration ahead = Duration.between(Instant.now(), there);
        Duration behind = Duration.between(there, asked);
        Duration off = ahead.compareTo(behind) > 0 ? ahead : behind;
        if (off.compareTo(MAX_CLOCK_DIFFERENCE) > 0) {
            return CheckResult.finding(
                    "clock",
                    Fault.CLOCK,
                    "The node's clock is " + off.toSeconds() + " s " + (off.equals(ahead) ? "ahead of" : "behind")
                            + " this machine's; let both follow a time server (chrony, systemd-timesyncd).");
        }
        return CheckResult.ok("clock", "The node's clock and this machine's agree.");
    }
}
