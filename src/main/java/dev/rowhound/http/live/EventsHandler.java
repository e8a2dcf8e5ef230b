package dev.rowhound.http.live;

import dev.rowhound.http.stream.SseStream;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code GET /api/v1/jobs/{id}/events}: a job's events as Server-Sent Events, from a cursor to the job's end; with
 * {@code after} as long polling.
 */
final class EventsHandler {
    private final JobStreams streams;
    private final PollHandler poll;

    EventsHandler(JobStreams streams, PollHandler poll) {
        this.streams = streams;
        this.poll = poll;
    }

    void handle(RoutingContext context) {
        if (context.request().getParam(PollHandler.AFTER) != null) {
            poll.handle(context);
            return;
        }
        streams.serve(
                context,
                () -> {
                    SseStream stream =
                            new SseStream(context.request(), streams.open().config());
                    stream.open();
                    return Future.succeededFuture(stream);
                },
                // Nothing will ever follow; a client that gets this does not come back.
                () -> context.response().setStatusCode(204).end());
    }
}
