package dev.rowhound.cli.doctor;

import dev.rowhound.cli.console.CommandFailure;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** Checks streams with events for latency, buffering, compression, caching and loss. */
final class StreamChecks {
    private static final int INTERVAL_MILLIS = 100;
    private static final Duration MAX_HEAD_LATENCY = Duration.ofMillis(2500);
    private static final Duration MAX_EVENT_DELAY = Duration.ofMillis(300);

    /** The smallest average batch of a buffering proxy; network jitter makes smaller ones. */
    private static final int MIN_BATCH_EVENTS = 5;

    private static final String CURSOR = "41.0d0c7012";
    private static final int SHORT_SECONDS = 1;

    private final Target target;
    private final ScheduledExecutorService timer;
    private final Settings settings;

    StreamChecks(Target target, ScheduledExecutorService timer, Settings settings) {
        this.target = target;
        this.timer = timer;
        this.settings = settings;
    }

    private ProbeResult read(String query, long seconds, String... headers) throws InterruptedException {
        HttpRequest.Builder request =
                target.request("events?seconds=" + seconds + "&interval_ms=" + INTERVAL_MILLIS + query);
        return new ProbeStream(timer, settings.grace())
                .read(target.http(), headers.length > 0 ? request.headers(headers) : request, seconds);
    }

    /** Checks a stream with ten events a second, without compression. */
    List<CheckResult> flow() throws InterruptedException {
        ProbeResult probe = read("", settings.flow());
        List<CheckResult> results = new ArrayList<>();
        CheckResult broken = broken("stream", probe);
        if (broken != null) {
            results.add(broken);
            if (probe.events().isEmpty()) {
                return results;
            }
        } else {
            results.add(CheckResult.ok(
                    "stream", "A stream arrives complete: " + probe.events().size() + " events."));
        }
        results.add(
                probe.headAfter().compareTo(MAX_HEAD_LATENCY) > 0
                        ? CheckResult.finding(
                                "first_byte",
                                Fault.LATE_FIRST_BYTE,
                                "The first byte of a stream takes " + seconds(probe.headAfter())
                                        + ", although the node sends it at once.")
                        : CheckResult.ok(
                                "first_byte",
                                "The first byte arrives after "
                                        + probe.headAfter().toMillis() + " ms."));
        results.add(checkBatching("buffering", probe, Fault.BUFFERED));
        String encodings = probe.hello().getString("accept_encoding");
        if (encodings != null && !encodings.isBlank() && !encodings.equals("identity")) {
            results.add(
                    CheckResult.note(
                            "compression",
                            Fault.ASKS_FOR_COMPRESSION,
                            "A proxy asks the node for \"" + encodings
                                    + "\" although the client does not; this is harmless, because Rowhound never compresses streams."));
        }
        results.add(responseHeaders(probe));
        return results;
    }

    private static CheckResult checkBatching(String check, ProbeResult probe, Fault fault) {
        Duration delay = ProbeArrival.maxDelay(probe.events());
        int batches = ProbeArrival.batches(probe.events());
        int events = probe.events().size();
        if (delay.compareTo(MAX_EVENT_DELAY) >= 0 && batches <= events / MIN_BATCH_EVENTS) {
            return CheckResult.finding(
                    check,
                    fault,
                    "Events are delayed by up to " + seconds(delay) + ": " + events + " events arrived in " + batches
                            + (batches == 1 ? " batch." : " batches."));
        }
        return CheckResult.ok(check, "Events arrive one by one.");
    }

    private static CheckResult responseHeaders(ProbeResult probe) {
        String cacheControl =
                probe.headers().firstValue("Cache-Control").orElse("").toLowerCase(Locale.ROOT);
        if (!cacheControl.contains("no-transform") || !cacheControl.contains("no-store")) {
            return CheckResult.finding(
                    "answer_headers",
                    Fault.HEADER_LOST,
                    "The response's Cache-Control (no-store, no-cache, no-transform) arrives as \"" + cacheControl
                            + "\": other proxies and browsers may store or change the stream.");
        }
        return CheckResult.ok("answer_headers", "The response headers arrive unchanged.");
    }

    /** Checks a stream that accepts compression, as browsers do. */
    List<CheckResult> compression() throws InterruptedException {
        ProbeResult probe = read("", Math.min(settings.flow(), 3), "Accept-Encoding", "gzip, br");
        String coding = probe.headers().firstValue("Content-Encoding").orElse("identity");
        if (!coding.equalsIgnoreCase("identity")) {
            CheckResult batching = checkBatching("compression", probe, Fault.COMPRESSED);
            return List.of(CheckResult.finding(
                    "compression",
                    Fault.COMPRESSED,
                    "The stream is compressed (" + coding + ") for clients that accept it"
                            + (batching.level() == CheckResult.Level.FINDING
                                            || probe.events().isEmpty()
                                    ? ", and events are delayed in the compressor."
                                    : "; events may be delayed in the compressor.")));
        }
        CheckResult broken = broken("compression", probe);
        return List.of(broken != null ? broken : CheckResult.ok("compression", "The stream is not compressed."));
    }

    /** Requests the same address twice; the responses must differ. */
    List<CheckResult> cache() throws InterruptedException {
        ProbeResult first = read("&quiet=1", SHORT_SECONDS);
        ProbeResult second = read("&quiet=1", SHORT_SECONDS);
        CheckResult broken = broken("cache", first.greeted() ? second : first);
        if (broken != null && !(first.greeted() && second.greeted())) {
            return List.of(broken);
        }
        return List.of(
                String.valueOf(first.hello().getString("at"))
                                .equals(second.hello().getString("at"))
                        ? CheckResult.finding(
                                "cache",
                                Fault.CACHED,
                                "Two requests got the same stream from a cache: watchers would see old events.")
                        : CheckResult.ok("cache", "Streams are not cached."));
    }

    /** Checks that a stream can be resumed, by the header as in browsers and by the query as in Rowhound's clients. */
    List<CheckResult> resume() throws InterruptedException {
        ProbeResult header = read("", SHORT_SECONDS, "Last-Event-ID", CURSOR);
        if (header.firstSeq() == 42) {
            return List.of(CheckResult.ok("resume", "A stream resumes after Last-Event-ID."));
        }
        ProbeResult query = read("&lastEventId=" + CURSOR, SHORT_SECONDS);
        if (query.firstSeq() == 42) {
            CheckResult broken = broken("resume", header);
            return List.of(
                    broken != null && !header.greeted()
                            ? broken
                            : CheckResult.finding(
                                    "resume",
                                    Fault.RESUME_HEADER_LOST,
                                    "The header Last-Event-ID does not reach the node: browsers start over after each"
                                            + " cut; Rowhound's own clients send ?lastEventId= and resume."));
        }
        CheckResult broken = broken("resume", query);
        return List.of(
                broken != null && !query.greeted()
                        ? broken
                        : CheckResult.finding(
                                "resume",
                                Fault.RESUME_LOST,
                                "Neither the header Last-Event-ID nor ?lastEventId= reaches the node: watchers start"
                                        + " over after each cut."));
    }

    /**
     * Checks that the headers of Rowhound's API reach the node, except Rowhound-User, which a front end sets or
     * removes.
     */
    List<CheckResult> headers() throws InterruptedException {
        Map<String, String> sent = Map.of(
                "Rowhound-Job-Id", "3f0c7f6e-8a55-4f0e-9f9b-6c2a4f1f3b11",
                "Idempotency-Key", "doctor");
        List<String> pairs = new ArrayList<>();
        sent.forEach((name, value) -> {
            pairs.add(name);
            pairs.add(value);
        });
        ProbeResult probe = read("&quiet=1", SHORT_SECONDS, pairs.toArray(new String[0]));
        if (!probe.greeted()) {
            CheckResult broken = broken("headers", probe);
            return broken == null ? List.of() : List.of(broken);
        }
        List<String> lost = sent.keySet().stream()
                .filter(name -> !probe.hello().getJsonArray("headers").contains(name.toLowerCase(Locale.ROOT)))
                .sorted()
                .toList();
        return List.of(
                lost.isEmpty()
                        ? CheckResult.ok("headers", "The headers of the API reach the node.")
                        : CheckResult.finding(
                                "headers",
                                Fault.HEADER_LOST,
                                "The node does not receive the header " + String.join(", ", lost) + "."));
    }

    /** Checks over TLS that HTTP/2 is available, as HTTP/1.1 limits the number of streams of a browser. */
    List<CheckResult> http2() throws InterruptedException {
        if (!target.secure()) {
            return List.of();
        }
        try {
            HttpResponse<Void> response = target.http2()
                    .send(
                            HttpRequest.newBuilder(target.base().resolve("/health/live"))
                                    .timeout(settings.grace())
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
            return List.of(
                    response.version() == HttpClient.Version.HTTP_2
                            ? CheckResult.ok("http2", "Clients are served over HTTP/2.")
                            : CheckResult.note(
                                    "http2",
                                    Fault.NO_HTTP_2,
                                    "Clients are served over HTTP/1.1: a browser then has six connections per host"
                                            + " for all tabs, and each stream occupies one."));
        } catch (java.io.IOException e) {
            return List.of(CheckResult.finding(
                    "http2", Fault.ERROR_ANSWER, "A request over HTTP/2 fails: " + CommandFailure.sentence(e) + "."));
        }
    }

    /** Returns the fault of a stream with events, or null if it was complete. */
    @Nullable
    static CheckResult broken(String check, ProbeResult probe) {
        String progress = probe.events().size() + " events and " + seconds(probe.lasted());
        return switch (probe.end()) {
            case COMPLETE -> null;
            case CUT ->
                CheckResult.finding(
                        check,
                        Fault.CUT,
                        "A stream was cut after " + progress + " while events were sent: " + probe.cause() + ".");
            case STALLED ->
                CheckResult.finding(
                        check,
                        Fault.STALLED,
                        "A stream stalled after " + progress + " and was not closed: data is lost on the way.");
            case REFUSED ->
                CheckResult.finding(
                        check, Fault.ERROR_ANSWER, "A request got status " + probe.status() + " instead of a stream.");
            case UNREACHABLE ->
                CheckResult.finding(
                        check, Fault.ERROR_ANSWER, "A connection failed before its response: " + probe.cause() + ".");
        };
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
}
