package dev.rowhound.cli.doctor;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What came of one probe, as a stream or over a socket.
 *
 * @param status the answer's status; 0 if none came
 * @param headers the answer's headers
 * @param headAfter how long the head took
 * @param hello the node's greeting, empty if it did not come
 * @param events the numbered events that came
 * @param end how it ended
 * @param lasted how long it took from the request to the end, or to the last byte of one that did not end
 * @param silent how long nothing had come before the end
 * @param cause what the network said to a cut, or an answer of another status
 */
record Reading(
        int status,
        HttpHeaders headers,
        Duration headAfter,
        JsonObject hello,
        List<ProbeArrival> events,
        End end,
        Duration lasted,
        Duration silent,
        String cause) {
    private static final Duration HELD_BACK = Duration.ofMillis(200);

    static final HttpHeaders NO_HEADERS = HttpHeaders.of(Map.of(), (name, value) -> true);

    /** How a probe can end. */
    enum End {
        /** With its last event. */
        WHOLE,
        /** Without it, by a closed or reset connection. */
        CUT,
        /** Not at all: it fell silent, and the end that was due did not come. */
        STALLED,
        /** By an answer of another status. */
        REFUSED,
        /** It was never connected. */
        UNREACHED
    }

    /**
     * How long it was silent when it was cut. Where the end brought what a proxy had held back, that is all of its time.
     */
    Duration idle() {
        return silent.compareTo(HELD_BACK) < 0 ? lasted : silent;
    }

    boolean greeted() {
        return !hello.isEmpty();
    }

    long firstSeq() {
        return events.isEmpty() ? -1 : events.get(0).seq();
    }
}
