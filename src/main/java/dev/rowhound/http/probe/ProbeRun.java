package dev.rowhound.http.probe;

import dev.rowhound.progress.Cursor;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * One run of numbered probe events: a greeting, an event per interval, and an end. A quiet run has only the greeting
 * and the end. Bound to one event loop.
 */
final class ProbeRun {
    /**
     * The options of a run.
     *
     * @param length duration of the run
     * @param interval time between two events
     * @param quiet whether the run has no events
     * @param after the event after which to continue; all events of the run keep its mark, so that the node stores
     *     nothing for clients that reconnect
     */
    record Options(Duration length, Duration interval, boolean quiet, Cursor after) {}

    /** Sends events to the client. */
    interface Out {
        /** Sends the greeting or the end, which have no number. */
        void unnumbered(String type, JsonObject json);

        void numbered(String id, JsonObject json);

        /** Returns whether the client is not reading. */
        boolean full();

        /** Ends the stream. */
        void end();
    }

    private final Vertx vertx;
    private final Clock clock;
    private final Options options;
    private final Out out;
    private long seq;
    private long ticker = -1;
    private long endTimer = -1;

    ProbeRun(Vertx vertx, Clock clock, Options options, Out out) {
        this.vertx = vertx;
        this.clock = clock;
        this.options = options;
        this.out = out;
        this.seq = options.after().seq();
    }

    /** Sends the greeting and starts the timers. */
    void start(JsonObject greeting) {
        out.unnumbered("probe.hello", greeting);
        if (!options.quiet()) {
            ticker = vertx.setPeriodic(options.interval().toMillis(), id -> tick());
        }
        endTimer = vertx.setTimer(options.length().toMillis(), id -> {
            stop();
            out.unnumbered("probe.end", event("probe.end").put("seq", seq));
            out.end();
        });
    }

    void stop() {
        vertx.cancelTimer(ticker);
        vertx.cancelTimer(endTimer);
    }

    private void tick() {
        if (!out.full()) {
            seq++;
            String id = new Cursor(seq, options.after().mark()).toString();
            JsonObject numbered = new JsonObject().put("v", 1).put("id", id).put("seq", seq);
            out.numbered(id, numbered.mergeIn(event("probe")));
        }
    }

    private JsonObject event(String type) {
        return new JsonObject().put("v", 1).put("type", type).put("at", time(clock));
    }

    /** Returns the current time in the format of all events. */
    static String time(Clock clock) {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
