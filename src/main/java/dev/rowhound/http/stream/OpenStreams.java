package dev.rowhound.http.stream;

import dev.rowhound.app.Refusal;
import dev.rowhound.progress.EventWatch;
import io.vertx.core.Vertx;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The streams of one event loop's server: one timer for all of them, and their end in good order before it stops.
 * Lives on that event loop.
 */
public final class OpenStreams {
    /** A stream is looked at so often within a heartbeat, and once a second at least. */
    private static final int LOOKS = 4;

    private static final int MOST_MILLIS = 1000;

    private final Vertx vertx;
    private final StreamConfig config;
    private final StreamCount count;
    private final Set<LiveStream> streams = new LinkedHashSet<>();
    private long timer = -1;

    /** Streams that are counted there. */
    public OpenStreams(Vertx vertx, StreamConfig config, StreamCount count) {
        this.vertx = vertx;
        this.config = config;
        this.count = count;
    }

    /** Begins to move the streams on. */
    public void start() {
        int millis = Math.min(config.heartbeatMillis() / LOOKS, MOST_MILLIS);
        timer = vertx.setPeriodic(Math.max(1, millis), id -> all().forEach(LiveStream::tick));
    }

    /** How streams are kept. */
    public StreamConfig config() {
        return config;
    }

    /**
     * Returns if the node may have one more stream.
     *
     * @throws Refusal if it has as many as it may
     */
    public void requireRoom() {
        if (count.full()) {
            throw Refusal.of("busy", "this node has " + config.most() + " streams open; try again in a moment");
        }
    }

    /** Keeps a stream going until it is over. */
    public void add(LiveStream stream) {
        if (streams.add(stream)) {
            count.opened();
            stream.onClose(() -> {
                streams.remove(stream);
                count.closed();
            });
        }
    }

    /** Keeps a stream going, and lets a watch follow events for it until it is over. */
    public void follow(EventWatch watch, LiveStream stream) {
        add(stream);
        watch.start();
        // Last, for a stream that is over stops it at once.
        stream.onClose(watch::stop);
    }

    /** Ends all streams; their clients come back, to another node or to this one. */
    public void endAll() {
        all().forEach(stream -> stream.end(StreamEnd.SHUTDOWN));
    }

    /** Ends all streams and moves none on any more. */
    public void close() {
        vertx.cancelTimer(timer);
        endAll();
    }

    /** A copy, for those that end meanwhile. */
    private List<LiveStream> all() {
        return List.copyOf(streams);
    }
}
