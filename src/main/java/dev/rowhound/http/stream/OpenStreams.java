package dev.rowhound.http.stream;

import dev.rowhound.app.Refusal;
import dev.rowhound.progress.EventWatch;
import io.vertx.core.Vertx;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The open streams of one event loop's server. One timer serves all of them, and they end in order before the server
 * stops. Bound to that event loop.
 */
public final class OpenStreams {
    private static final int TICKS_PER_HEARTBEAT = 4;

    private static final int MAX_TICK_MILLIS = 1000;

    private final Vertx vertx;
    private final StreamConfig config;
    private final StreamCount count;
    private final Set<LiveStream> streams = new LinkedHashSet<>();
    private long timer = -1;

    public OpenStreams(Vertx vertx, StreamConfig config, StreamCount count) {
        this.vertx = vertx;
        this.config = config;
        this.count = count;
    }

    /** Starts the timer that calls {@link LiveStream#tick}. */
    public void start() {
        int millis = Math.min(config.heartbeatMillis() / TICKS_PER_HEARTBEAT, MAX_TICK_MILLIS);
        timer = vertx.setPeriodic(Math.max(1, millis), id -> all().forEach(LiveStream::tick));
    }

    public StreamConfig config() {
        return config;
    }

    /**
     * Checks that the node may open another stream.
     *
     * @throws Refusal if the node has its maximum of open streams
     */
    public void requireRoom() {
        if (count.full()) {
            throw Refusal.of("busy", "this node has " + config.maxStreams() + " streams open; try again in a moment");
        }
    }

    /** Adds a stream, which counts as open and receives ticks until it ends. */
    public void add(LiveStream stream) {
        if (streams.add(stream)) {
            count.opened();
            stream.onClose(() -> {
                streams.remove(stream);
                count.closed();
            });
        }
    }

    /** Adds a stream and starts a watch for it; the watch stops when the stream ends. */
    public void follow(EventWatch watch, LiveStream stream) {
        add(stream);
        watch.start();
        // Registered last, because the handler of an ended stream runs immediately.
        stream.onClose(watch::stop);
    }

    /** Ends all streams; their clients reconnect, to another node or to this one. */
    public void endAll() {
        all().forEach(stream -> stream.end(StreamEnd.SHUTDOWN));
    }

    /** Stops the timer and ends all streams. */
    public void close() {
        vertx.cancelTimer(timer);
        endAll();
    }

    /** Returns a copy, because streams may end during the iteration. */
    private List<LiveStream> all() {
        return List.copyOf(streams);
    }
}
