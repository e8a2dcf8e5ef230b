package dev.rowhound.cli.doctor;

import dev.rowhound.cli.client.ServerSentEvent;
import dev.rowhound.cli.client.ServerSentEventParser;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Reads a probe's stream to its end, and notes when what arrived. */
final class ProbeStream {
    private static final int MAX_ERROR_BYTES = 2_000;

    private final ScheduledExecutorService timer;
    private final Duration grace;
    private final List<ProbeArrival> events = new ArrayList<>();
    private final AtomicBoolean late = new AtomicBoolean();
    private JsonObject hello = new JsonObject();
    private boolean whole;
    private long begun;
    private long heard;
    private @Nullable HttpResponse<InputStream> response;
    private Duration headAfter = Duration.ZERO;

    /**
     * For one stream.
     *
     * @param timer ends reads that take too long
     * @param grace how long after its due end a stream is waited for
     */
    ProbeStream(ScheduledExecutorService timer, Duration grace) {
        this.timer = timer;
        this.grace = grace;
    }

    /** Reads one that lasts for so many seconds. */
    Reading read(HttpClient client, HttpRequest.Builder request, long seconds) throws InterruptedException {
        Duration limit = Duration.ofSeconds(seconds).plus(grace);
        begun = System.nanoTime();
        heard = begun;
        HttpResponse<InputStream> answer;
        try {
            answer = client.send(
                    request.header("Accept", "text/event-stream").timeout(limit).build(), BodyHandlers.ofInputStream());
        } catch (HttpTimeoutException e) {
            return reading(Reading.End.STALLED, "");
        } catch (IOException e) {
            // Before the first byte of an answer: whether it was reached is for the caller to tell by the cause.
            return reading(Reading.End.UNREACHED, said(e));
        }
        response = answer;
        headAfter = since(begun);
        heard = System.nanoTime();
        ScheduledFuture<?> end = timer.schedule(
                () -> {
                    late.set(true);
                    close(answer.body());
                },
                Math.max(0, limit.minus(headAfter).toMillis()),
                TimeUnit.MILLISECONDS);
        try (InputStream body = answer.body()) {
            if (answer.statusCode() != 200) {
                return reading(
                        Reading.End.REFUSED, new String(body.readNBytes(MAX_ERROR_BYTES), StandardCharsets.UTF_8));
            }
            lines(decoded(body, answer.headers()));
            return reading(whole ? Reading.End.WHOLE : Reading.End.CUT, "the connection was closed");
        } catch (IOException e) {
            // What comes behind the last event is of no interest.
            return reading(whole ? Reading.End.WHOLE : late.get() ? Reading.End.STALLED : Reading.End.CUT, said(e));
        } finally {
            end.cancel(false);
        }
    }

    private static InputStream decoded(InputStream body, HttpHeaders headers) throws IOException {
        String coding = headers.firstValue("Content-Encoding").orElse("");
        return coding.equalsIgnoreCase("gzip") ? new GZIPInputStream(body) : body;
    }

    private void lines(InputStream body) throws IOException {
        ServerSentEventParser parser = new ServerSentEventParser("");
        BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            heard = System.nanoTime();
            ServerSentEvent event = parser.line(line);
            if (event != null) {
                take(event);
            }
        }
    }

    private void take(ServerSentEvent event) {
        try {
            JsonObject json = new JsonObject(event.data());
            switch (event.type()) {
                case "probe.hello" -> hello = json;
                case "probe" -> events.add(new ProbeArrival(json.getLong("seq"), json.getInstant("at"), Instant.now()));
                case "probe.end" -> whole = true;
                default -> {
                    // Of a later version.
                }
            }
        } catch (DecodeException e) {
            // Not an event of a probe's; what is missing shows.
        }
    }

    private Reading reading(Reading.End end, String cause) {
        HttpResponse<InputStream> answer = response;
        long now = System.nanoTime();
        long until = end == Reading.End.STALLED ? heard : now;
        return new Reading(
                answer == null ? 0 : answer.statusCode(),
                answer == null ? Reading.NO_HEADERS : answer.headers(),
                headAfter,
                hello,
                List.copyOf(events),
                end,
                Duration.ofNanos(until - begun),
                Duration.ofNanos(now - heard),
                cause);
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    /** What an exception says of itself, with its kind where it says nothing. */
    static String said(Throwable error) {
        String message = error.getMessage();
        return message == null || message.isBlank() ? error.getClass().getSimpleName() : message;
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            // It is closed all the same, and the reader learns of it.
        }
    }
}
