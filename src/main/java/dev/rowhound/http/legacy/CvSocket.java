package dev.rowhound.http.legacy;

import dev.rowhound.app.reading.JobLookup;
import dev.rowhound.http.stream.SocketStream;
import dev.rowhound.http.stream.StreamConfig;
import dev.rowhound.progress.Cursor;
import dev.rowhound.progress.EventBatch;
import dev.rowhound.progress.EventSink;
import dev.rowhound.queue.job.Jobs;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The CV system's WebSocket to one client. It sends a heartbeat when the client has been silent, unlike other streams,
 * which do so when the server has.
 */
final class CvSocket extends SocketStream implements EventSink {
    private static final Logger LOG = LoggerFactory.getLogger(CvSocket.class);
    private static final String HEARTBEAT = "{\"type\":\"heartbeat\"}";

    /** Multiple of the heartbeat interval of other streams; results in 30 s by default. */
    private static final int HEARTBEAT_FACTOR = 2;

    private final Vertx vertx;
    private final Jobs jobs;
    private final String user;
    private final int silentMillis;
    private long timer = -1;

    CvSocket(
            Vertx vertx,
            Jobs jobs,
            String user,
            HttpServerRequest request,
            ServerWebSocket socket,
            StreamConfig config) {
        super(request, socket, config);
        this.vertx = vertx;
        this.jobs = jobs;
        this.user = user;
        this.silentMillis = HEARTBEAT_FACTOR * config.heartbeatMillis();
    }

    @Override
    public void open() {
        super.open();
        scheduleHeartbeat();
        onClose(() -> vertx.cancelTimer(timer));
    }

    @Override
    protected void onMessage() {
        scheduleHeartbeat();
    }

    private void scheduleHeartbeat() {
        vertx.cancelTimer(timer);
        timer = vertx.setTimer(silentMillis, id -> {
            sendIfWritable(HEARTBEAT);
            scheduleHeartbeat();
        });
    }

    @Override
    protected void sendHeartbeat() {
        // Heartbeats depend on the client's silence; see onMessage().
    }

    @Override
    public Future<Void> events(String job, EventBatch batch, String cursor) {
        LOG.debug("Forwarding {} events of job {} to {}", batch.events().size(), job, user);
        return texts(CvMessages.of(job, batch.events(), cursor));
    }

    @Override
    public Future<@Nullable Cursor> lost(String job, Function<Cursor, String> cursor) {
        return JobLookup.reset(jobs, job, cursor, (snapshot, id) -> texts(List.of(CvMessages.batch(snapshot, id))));
    }
}
