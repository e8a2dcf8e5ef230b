package dev.rowhound.http.probe;

import dev.rowhound.progress.Cursor;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * One run of numbered probe events: a greeting, then an event each interval, then the end. A run that asks for quiet has
 * the greeting and the end only. Lives on one event loop.
 */
final class ProbeRun {
    /**
     * What a run is asked for.
     *
     * @param length how long it lasts
     * @param interval the time between two events
     * @param quiet whether there are no events
     * @param after the event to go on behind; its mark stays that of all its run's events, so that nothing has to be
     *     kept for a client that comes back
     */
    record Wish(Duration length, Duration interval, boolean quiet, Cursor after) {}

    /** Where a run's events go. */
    interface Out {
        /** The greeting and the end have a type but no number. */
        void unnumbered(String type, JsonObject json);

        /** A numbered event. */
        void numbered(String id, JsonObject json);

        /** Whether the client does not read what was sent. */
        boolean full();

        /** Nothing follows. */
        void end();
    }

    private final Vertx vertx;
    private final Clock clock;
    private final Wish wish;
    private final Out out;
    private long seq;
    private long ticks = -1;
    private long last = -1;

    ProbeRun(Vertx vertx, Clock clock, Wish wish, Out out) {
        this.vertx = vertx;
        this.clock = clock;
        this.wish = wish;
        this.out = out;
        this.seq = wish.after().seq();
    }

    /** Greets with what the node has to tell, and begins. */
    void start(JsonObject greeting) {
        out.unnumbered("probe.hello", greeting);
        if (!wish.quiet()) {
            ticks = vertx.setPeriodic(wish.interval().toMillis(), id -> tick());
        }
        last = vertx.setTimer(wish.length().toMillis(), id -> {
            stop();
            out.unnumbered("probe.end", event("probe.end").put("seq", seq));
            out.end();
        });
    }

    /** Nothing is sent any more. */
    void stop() {
        vertx.cancelTimer(ticks);
        vertx.cancelTimer(last);
    }

    private void tick() {
        if (!out.full()) {
            seq++;
            String id = new Cursor(seq, wish.after().mark()).toString();
            JsonObject numbered = new JsonObject().put("v", 1).put("id", id).put("seq", seq);
            out.numbered(id, numbered.mergeIn(event("probe")));
        }
    }

    private JsonObject event(String type) {
        return new JsonObject().put("v", 1).put("type", type).put("at", time(clock));
    }

    /** The time as every event tells it. */
    static String time(Clock clock) {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
