package dev.rowhound.cli.doctor;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Records what a probe has received so far, starting at its creation. */
final class ProbeLog {
    private final List<ProbeArrival> events = new ArrayList<>();
    private final long startNanos = System.nanoTime();
    private JsonObject hello = new JsonObject();
    private boolean complete;
    private long lastDataNanos = startNanos;

    Duration age() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    /** Records the arrival of data. */
    void dataArrived() {
        lastDataNanos = System.nanoTime();
    }

    /** Records a message; {@code type} finds its type. */
    void take(String text, Function<JsonObject, String> type) {
        try {
            JsonObject json = new JsonObject(text);
            switch (type.apply(json)) {
                case "probe.hello" -> hello = json;
                case "probe" -> events.add(new ProbeArrival(json.getLong("seq"), json.getInstant("at"), Instant.now()));
                case "probe.end" -> complete = true;
                default -> {
                    // A message of a later version.
                }
            }
        } catch (DecodeException e) {
            // Not a probe's message; the missing one will be noticed.
        }
    }

    /** Returns {@code COMPLETE} if the last event has arrived, else {@code otherwise}; later data is irrelevant. */
    ProbeResult.End end(ProbeResult.End otherwise) {
        return complete ? ProbeResult.End.COMPLETE : otherwise;
    }

    /** Returns the result of the ended probe. */
    ProbeResult result(int status, HttpHeaders headers, Duration headAfter, ProbeResult.End end, String cause) {
        long now = System.nanoTime();
        long until = end == ProbeResult.End.STALLED ? lastDataNanos : now;
        return new ProbeResult(
                status,
                headers,
                headAfter,
                hello,
                List.copyOf(events),
                end,
                Duration.ofNanos(until - startNanos),
                Duration.ofNanos(now - lastDataNanos),
                cause);
    }
}
