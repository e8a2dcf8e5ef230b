package dev.trawl.http;

import dev.trawl.http.stream.OpenStreams;
import dev.trawl.http.stream.SseStream;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /api/v1/users/{user}/events}: the events of all of a user's jobs, those that are opened later too. */
final class UserEventsHandler {
    /** The path's parameter. */
    static final String USER = "user";

    private final HttpParts parts;
    private final OpenStreams streams;

    UserEventsHandler(HttpParts parts, OpenStreams streams) {
        this.parts = parts;
        this.streams = streams;
    }

    void events(RoutingContext context) {
        String user = Callers.user(context.pathParam(USER), USER);
        EventsHandler.requireRoom(streams);
        String given = EventsHandler.lastEventId(context.request());
        SseStream stream = new SseStream(context.request(), streams.config());
        stream.open();
        streams.follow(
                parts.users().watch(parts.users().place(user, given), new UserSink(parts.jobs(), stream)), stream);
    }
}
