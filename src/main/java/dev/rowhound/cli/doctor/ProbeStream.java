package dev.rowhound.cli.doctor;

import dev.rowhound.cli.client.ServerSentEvent;
import dev.rowhound.cli.client.ServerSentEventParser;
import dev.rowhound.cli.console.CommandFailure;
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
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Reads a probe's event stream to its end and records arrivals. */
final class ProbeStream {
    private static final int MAX_ERROR_BYTES = 2_000;

    private final ScheduledExecutorService timer;
    private final Duration grace;
    private final ProbeLog log = new ProbeLog();
    private final AtomicBoolean late = new AtomicBoolean();
    private @Nullable HttpResponse<InputStream> response;
    private Duration headLatency = Duration.ZERO;

    /**
     * @param timer ends reads that take too long
     * @param grace how long to wait for the end after it is due
     */
    ProbeStream(ScheduledExecutorService timer, Duration grace) {
        this.timer = timer;
        this.grace = grace;
    }

    /** Reads a stream that lasts {@code seconds}. */
    ProbeResult read(HttpClient client, HttpRequest.Builder request, long seconds) throws InterruptedException {
        Duration limit = Duration.ofSeconds(seconds).plus(grace);
        HttpResponse<InputStream> head;
        try {
            head = client.send(
                    request.header("Accept", "text/event-stream").timeout(limit).build(), BodyHandlers.ofInputStream());
        } catch (HttpTimeoutException e) {
            return result(ProbeResult.End.STALLED, "");
        } catch (IOException e) {
            // There was no response; the caller decides by the cause whether the node was reached.
            return result(ProbeResult.End.UNREACHABLE, CommandFailure.sentence(e));
        }
        response = head;
        headLatency = log.age();
        log.dataArrived();
        ScheduledFuture<?> end = timer.schedule(
                () -> {
                    late.set(true);
                    close(head.body());
                },
                Math.max(0, limit.minus(headLatency).toMillis()),
                TimeUnit.MILLISECONDS);
        try (InputStream body = head.body()) {
            if (head.statusCode() != 200) {
                return result(
                        ProbeResult.End.REFUSED, new String(body.readNBytes(MAX_ERROR_BYTES), StandardCharsets.UTF_8));
            }
            lines(decoded(body, head.headers()));
            return result(log.end(ProbeResult.End.CUT), "the connection was closed");
        } catch (IOException e) {
            return result(
                    log.end(late.get() ? ProbeResult.End.STALLED : ProbeResult.End.CUT), CommandFailure.sentence(e));
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
            log.dataArrived();
            ServerSentEvent event = parser.line(line);
            if (event != null) {
                log.take(event.data(), json -> event.type());
            }
        }
    }

    private ProbeResult result(ProbeResult.End end, String cause) {
        HttpResponse<InputStream> head = response;
        return head == null
                ? log.result(0, ProbeResult.NO_HEADERS, headLatency, end, cause)
                : log.result(head.statusCode(), head.headers(), headLatency, end, cause);
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            // The stream is closed anyway, and the reader notices.
        }
    }
}
