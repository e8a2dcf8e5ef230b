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
                            errors + " of " + tries + " requests failed: " + error + "."));
                } else {
                    results.add(CheckResult.ok("reachable", "A node responds over HTTP/1.1."));
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
                address + " accepts the connection, but did not respond within "
                        + settings.grace().plusSeconds(1).toSeconds() + " s";
            case CUT, COMPLETE ->
                probe.status() == 200 && !isEventStream(probe)
                        ? noNode(address, probe)
                        : address + " responded, but the stream was cut before its first event";
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
                    address + " redirects to " + location.replaceFirst("/api/v1/probe/.*", "") + "; use that address");
        }
        if (status == 401 || status == 403) {
            throw new UnreachableException(address + " requires authentication (status " + status
                    + "); allow /api/v1/probe/, or run the doctor from inside");
        }
        Matcher message = MESSAGE.matcher(probe.cause());
        boolean explained = probe.cause().contains("\"request_id\"") && message.find();
        if (explained && status != 404) {
            return address + " responded with status " + status + ": " + message.group(1);
        }
        return status >= 500 ? "a proxy in front of the node responded with status " + status : noNode(address, probe);
    }

    private static String noNode(URI address, ProbeResult probe) throws UnreachableException {
        throw new UnreachableException(address + " responded with status " + probe.status()
                + ", but not like a Rowhound server; check the address and the route of /api/v1/");
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
                            + " this machine's; synchronize both clocks (chrony, systemd-timesyncd).");
        }
        return CheckResult.ok("clock", "The node's clock and this machine's agree.");
    }
}
