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

/** Sends the first requests: finds out whether a node responds, and which proxies are visible. */
final class ConnectionCheck {
    private static final int MAX_ATTEMPTS = 4;
    private static final long PAUSE_MILLIS = 500;
    private static final Duration MAX_CLOCK_DIFFERENCE = Duration.ofSeconds(5);
    private static final Pattern MESSAGE = Pattern.compile("\"message\":\"((?:[^\"\\\\]|\\\\.)*+)\"");

    /**
     * The result of the first requests.
     *
     * @param target the deployment to check
     * @param first the first greeting, or the last response without one
     * @param results the results so far
     */
    record Greeting(Target target, ProbeResult first, List<CheckResult> results) {}

    private final ScheduledExecutorService timer;
    private final Settings settings;
    private final List<CheckResult> results = new ArrayList<>();

    ConnectionCheck(ScheduledExecutorService timer, Settings settings) {
        this.timer = timer;
        this.settings = settings;
    }

    /**
     * Sends requests until there is a greeting.
     *
     * @throws UnreachableException if there is no node, or a proxy denies access
     */
    Greeting connect(URI address) throws UnreachableException, InterruptedException {
        Target target = Target.of(address);
        int errors = 0;
        String error = "";
        for (int tries = 1; ; tries++) {
            Instant asked = Instant.now();
            ProbeResult probe = new ProbeStream(timer, settings.grace())
                    .read(target.http(), target.request("events?seconds=1&interval_ms=500"), 1);
            if (probe.end() == ProbeResult.End.UNREACHABLE && certificateIsAtFault(probe.cause())) {
                results.add(CheckResult.finding(
                        "tls", Fault.TLS, "The certificate is not trusted: " + probe.cause() + "."));
                target = target.trustingAnyone();
                continue;
            }
            if (probe.greeted()) {
                if (errors > 0) {
                    results.add(CheckResult.finding(
                            "reachable",
                            Fault.ERROR_ANSWER,
                            errors + " of " + tries + " requests came to nothing: " + error + "."));
                } else {
                    results.add(CheckResult.ok("reachable", "A node answers in HTTP/1.1."));
                }
                results.add(clock(probe, asked));
                return new Greeting(target, probe, results);
            }
            errors++;
            error = sentence(target, probe);
            if (tries == MAX_ATTEMPTS || probe.end() == ProbeResult.End.STALLED && errors > 1) {
                if (probe.status() == 200 && probe.end() == ProbeResult.End.CUT) {
                    results.add(CheckResult.finding(
                            "reachable",
                            Fault.CUT,
                            "Each of " + tries + " streams was cut before its first event: " + probe.cause() + "."));
                    return new Greeting(target, probe, results);
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

    /** Describes the failure to receive a greeting; throws if it is final. */
    private String sentence(Target target, ProbeResult probe) throws UnreachableException {
        URI address = target.base();
        return switch (probe.end()) {
            case UNREACHABLE ->
                address + " cannot be reached: "
                        + (probe.cause().equals(ConnectException.class.getSimpleName())
                                ? "nothing listens there"
                                : probe.cause());
            case STALLED ->
                address + " takes the connection, but "
                        + settings.grace().plusSeconds(1).toSeconds() + " s bring no answer";
            case CUT, COMPLETE ->
                probe.status() == 200 && !isEventStream(probe)
                        ? noNode(address, probe)
                        : address + " answered, but the stream was cut before its first event";
            case REFUSED -> refused(address, probe);
        };
    }

    private static boolean isEventStream(ProbeResult probe) {
        return probe.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream");
    }

    private String refused(URI address, ProbeResult probe) throws UnreachableException {
        int status = probe.status();
        String location = probe.headers().firstValue("Location").orElse("");
        if (status >= 300 && status < 400 && !location.isEmpty()) {
            throw new UnreachableException(
                    address + " leads on to " + location.replaceFirst("/api/v1/probe/.*", "") + "; give that address");
        }
        if (status == 401 || status == 403) {
            throw new UnreachableException(address + " asks who you are (status " + status
                    + "); let /api/v1/probe/ through, or ask from inside");
        }
        Matcher message = MESSAGE.matcher(probe.cause());
        boolean explained = probe.cause().contains("\"request_id\"") && message.find();
        if (explained && status != 404) {
            return address + " answered with status " + status + ": " + message.group(1);
        }
        return status >= 500 ? "something before the node answered with status " + status : noNode(address, probe);
    }

    private static String noNode(URI address, ProbeResult probe) throws UnreachableException {
        throw new UnreachableException(address + " answered with status " + probe.status()
                + " and not as a Rowhound server does; is one there, and does the path /api/v1/ lead to it?");
    }

    /** Compares the clocks: the node's time must lie between the request and its response. */
    private static CheckResult clock(ProbeResult probe, Instant asked) {
        Instant nodeTime = probe.hello().getInstant("at");
        Duration ahead = Duration.between(Instant.now(), nodeTime);
        Duration behind = Duration.between(nodeTime, asked);
        Duration skew = ahead.compareTo(behind) > 0 ? ahead : behind;
        if (skew.compareTo(MAX_CLOCK_DIFFERENCE) > 0) {
            return CheckResult.finding(
                    "clock",
                    Fault.CLOCK,
                    "The node's clock is " + skew.toSeconds() + " s " + (skew.equals(ahead) ? "ahead of" : "behind")
                            + " this machine's; let both follow a time server (chrony, systemd-timesyncd).");
        }
        return CheckResult.ok("clock", "The node's clock and this machine's agree.");
    }
}
