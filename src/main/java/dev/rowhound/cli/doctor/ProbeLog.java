package dev.rowhound.cli.doctor;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What one probe has brought so far, and when. It begins when it is made. */
final class ProbeLog {
    private final List<ProbeArrival> events = new ArrayList<>();
    private final long begun = System.nanoTime();
    private JsonObject hello = new JsonObject();
    private boolean whole;
    private long heard = begun;

    /** How long ago it began. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** Notes that something has come. */
    void heard() {
        heard = System.nanoTime();
    }

    /** Takes one message, whose type may stand in it. */
    void take(String text, Function<JsonObject, String> type) {
        try {
            JsonObject json = new JsonObject(text);
            switch (type.apply(json)) {
                case "probe.hello" -> hello = json;
                case "probe" -> events.add(new ProbeArrival(json.getLong("seq"), json.getInstant("at"), Instant.now()));
                case "probe.end" -> whole = true;
                default -> {
                    // Of a later version.
                }
            }
        } catch (DecodeException e) {
            // Not a message of a probe's; what is missing shows.
        }
    }

    /** Whole if the last event has come, else as given: what comes behind that event is of no interest. */
    Reading.End end(Reading.End otherwise) {
        return whole ? Reading.End.WHOLE : otherwise;
    }

    /** All of it, once the probe has ended. */
    Reading reading(int status, HttpHeaders headers, Duration headAfter, Reading.End end, String cause) {
        long now = System.nanoTime();
        long until = end == Reading.End.STALLED ? heard : now;
        return new Reading(
                status,
                headers,
                headAfter,
                hello,
                List.copyOf(events),
                end,
                Duration.ofNanos(until - begun),
                Duration.ofNanos(now - heard),
                cause);
    }
}
