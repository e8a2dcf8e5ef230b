package dev.trawl.http;

import dev.trawl.http.stream.OpenStreams;
import dev.trawl.http.stream.SseStream;
import dev.trawl.http.stream.StreamEnd;
import dev.trawl.progress.Cursor;
import dev.trawl.queue.JobSnapshot;
import dev.trawl.redis.StoreUnavailableException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/v1/jobs/{id}/events}: a job's events as Server-Sent Events, from a cursor to the job's end. */
final class EventsHandler {
    /** How long a store that does not answer is left alone, in milliseconds; as much again is added at random. */
    private static final int AGAIN_MILLIS = 500;

    private final Vertx vertx;
    private final HttpParts parts;
    private final OpenStreams streams;

    EventsHandler(Vertx vertx, HttpParts parts, OpenStreams streams) {
        this.vertx = vertx;
        this.parts = parts;
        this.streams = streams;
    }

    void handle(RoutingContext context) {
        String id = context.pathParam("id");
        String given = lastEventId(context.request());
        requireRoom(streams);
        JobsHandler.find(parts.jobs(), id)
                .onSuccess(job -> {
                    if (over(job, given)) {
                        // Nothing will ever follow; a client that gets this does not come back.
                        var unused = context.response().setStatusCode(204).end();
                    } else {
                        SseStream stream = new SseStream(context.request(), streams.config());
                        stream.open();
                        follow(id, given, stream);
                    }
                })
                .onFailure(error -> {
                    if (error instanceof StoreUnavailableException) {
                        // A browser's EventSource gives up for good on any other status.
                        SseStream stream = new SseStream(context.request(), streams.config());
                        stream.open();
                        streams.add(stream);
                        waitForStore(id, given, stream);
                    } else {
                        context.fail(error);
                    }
                });
    }

    /** Whether the client has all that there will ever be. */
    private static boolean over(JobSnapshot job, @Nullable String given) {
        return job.state().terminal() && job.lastEvent().equals(given);
    }

    private void follow(String job, @Nullable String given, SseStream stream) {
        streams.follow(job, cursor(given), stream, new JobSink(parts.jobs(), job, stream));
    }

    private void waitForStore(String id, @Nullable String given, SseStream stream) {
        int millis = AGAIN_MILLIS + ThreadLocalRandom.current().nextInt(AGAIN_MILLIS);
        vertx.setTimer(millis, timer -> {
            if (stream.closed()) {
                return;
            }
            parts.jobs()
                    .find(id)
                    .onSuccess(job -> {
                        if (job == null || over(job, given)) {
                            // What there is to say is a status, which the client gets when it comes back.
                            stream.end(StreamEnd.GONE);
                        } else {
                            follow(id, given, stream);
                        }
                    })
                    .onFailure(error -> waitForStore(id, given, stream));
        });
    }

    /**
     * The cursor that a client has sent. One that is none stands for one that is lost: its event is in no log.
     *
     * @param given what the client sent, or null where it begins
     */
    static Cursor cursor(@Nullable String given) {
        Cursor parsed = given == null ? Cursor.START : Cursor.parse(given);
        return parsed == null ? new Cursor(Long.MAX_VALUE, "") : parsed;
    }

    /**
     * Refuses a stream too many.
     *
     * @throws ApiException with 503
     */
    static void requireRoom(OpenStreams streams) {
        if (streams.full()) {
            throw new ApiException(ApiError.of(
                    503, "busy", "this node has " + streams.config().most() + " streams open; try again in a moment"));
        }
    }

    /** What the client has seen last. The header wins: a browser sends it, with the address it began with. */
    static @Nullable String lastEventId(HttpServerRequest request) {
        String header = request.getHeader("Last-Event-ID");
        String id = header == null || header.isBlank() ? request.getParam("lastEventId") : header;
        return id == null || id.isBlank() ? null : id;
    }
}
