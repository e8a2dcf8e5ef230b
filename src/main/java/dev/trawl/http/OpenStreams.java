package dev.trawl.http;

import dev.trawl.progress.Cursor;
import dev.trawl.progress.EventLog;
import dev.trawl.progress.Wakeups;
import dev.trawl.progress.Watch;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The streams of one server, so that they can be ended in good order before it stops. */
public final class OpenStreams {
    private final Vertx vertx;
    private final EventLog log;
    private final Wakeups wakeups;
    private final Set<SseWriter> writers = ConcurrentHashMap.newKeySet();

    OpenStreams(Vertx vertx, EventLog log, Wakeups wakeups, MeterRegistry registry) {
        this.vertx = vertx;
        this.log = log;
        this.wakeups = wakeups;
        Gauge.builder("trawl_streams", writers, Set::size)
                .description("Open event streams")
                .register(registry);
    }

    /** Follows a job's events until the stream or the job is over. */
    public void follow(String job, Cursor cursor, SseWriter writer, Watch.Sink sink) {
        Watch watch = new Watch(vertx, log, wakeups, job, cursor, sink);
        writers.add(writer);
        writer.onClose(closed -> {
            watch.stop();
            writers.remove(writer);
        });
        watch.start();
    }

    /** Ends all streams; their clients come back, to another node or after the restart. */
    void endAll() {
        writers.forEach(SseWriter::end);
    }
}
