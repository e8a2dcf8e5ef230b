package dev.trawl.http;

import dev.trawl.progress.Cursor;
import dev.trawl.progress.JobEvent;
import dev.trawl.progress.Watch;
import dev.trawl.queue.JobSnapshot;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/v1/jobs/{id}/events}: a job's events as Server-Sent Events, from a cursor to the job's end. */
final class EventsHandler {
    private final Vertx vertx;
    private final HttpParts parts;
    private final OpenStreams streams;

    EventsHandler(Vertx vertx, HttpParts parts, OpenStreams streams) {
        this.vertx = vertx;
        this.parts = parts;
        this.streams = streams;
    }

    void handle(RoutingContext context) {
        String given = lastEventId(context.request());
        JobsHandler.find(parts.jobs(), context.pathParam("id"))
                .onSuccess(job -> {
                    if (job.state().terminal() && job.lastEvent().equals(given)) {
                        // Nothing will ever follow; a client that gets this does not come back.
                        var unused = context.response().setStatusCode(204).end();
                    } else {
                        stream(context, job, given);
                    }
                })
                .onFailure(context::fail);
    }

    private void stream(RoutingContext context, JobSnapshot job, @Nullable String given) {
        SseWriter writer =
                new SseWriter(vertx, context.response(), parts.config().heartbeatMillis());
        // A cursor that is none stands for one that is lost: its event is in no log.
        Cursor parsed = given == null ? Cursor.START : Cursor.parse(given);
        Cursor cursor = parsed == null ? new Cursor(Long.MAX_VALUE, "") : parsed;
        writer.open();
        streams.follow(job.id(), cursor, writer, new Watch.Sink() {
            @Override
            public Future<Void> events(List<JobEvent> events) {
                Buffer bytes = Buffer.buffer();
                for (JobEvent event : events) {
                    SseWriter.append(bytes, event.cursor().toString(), event.type(), event.json());
                }
                return writer.write(bytes);
            }

            @Override
            public Future<Cursor> lost() {
                return JobsHandler.find(parts.jobs(), job.id())
                        .onFailure(error -> writer.end())
                        .compose(present -> {
                            Buffer bytes = Buffer.buffer();
                            SseWriter.append(
                                    bytes,
                                    present.lastEvent(),
                                    "reset",
                                    JobJson.snapshot(present).encode());
                            return writer.write(bytes).map(new Cursor(present.lastSeq(), present.lastMark()));
                        });
            }

            @Override
            public void ended() {
                writer.end();
            }
        });
    }

    /** What the client has seen last. The header wins: a browser sends it, with the address it began with. */
    static @Nullable String lastEventId(HttpServerRequest request) {
        String header = request.getHeader("Last-Event-ID");
        String id = header == null || header.isBlank() ? request.getParam("lastEventId") : header;
        return id == null || id.isBlank() ? null : id;
    }
}
