package dev.rowhound.cli.doctor;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The result of a probe, as a stream or over a socket.
 *
 * @param status the response status; 0 without a response
 * @param headers the response headers
 * @param headAfter the time until the response head
 * @param hello the node's greeting, empty if it did not arrive
 * @param events the numbered events received
 * @param end how the probe ended
 * @param lasted the time from the request to the end, or to the last byte of a stalled probe
 * @param silent the time without data before the end
 * @param cause the network error, or the body of an error response
 */
record ProbeResult(
        int status,
        HttpHeaders headers,
        Duration headAfter,
        JsonObject hello,
        List<ProbeArrival> events,
        End end,
        Duration lasted,
        Duration silent,
        String cause) {
    private static final Duration FLUSH_TIME = Duration.ofMillis(200);

    static final HttpHeaders NO_HEADERS = HttpHeaders.of(Map.of(), (name, value) -> true);

    enum End {
        /** With the last event. */
        COMPLETE,
        /** By a closed or reset connection. */
        CUT,
        /** Without an end: no more data arrived, and the end is overdue. */
        STALLED,
        /** By an error response. */
        REFUSED,
        /** Without a connection. */
        UNREACHABLE
    }

    /** Returns the idle time before the cut. If the end flushed a proxy's buffer, that is the probe's whole time. */
    Duration idle() {
        return silent.compareTo(FLUSH_TIME) < 0 ? lasted : silent;
    }

    boolean greeted() {
        return !hello.isEmpty();
    }

    long firstSeq() {
        return events.isEmpty() ? -1 : events.get(0).seq();
    }
}
