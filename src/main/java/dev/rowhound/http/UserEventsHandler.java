package dev.rowhound.http;

import dev.rowhound.http.stream.LiveStream;
import dev.rowhound.http.stream.OpenStreams;
import dev.rowhound.http.stream.SocketStream;
import dev.rowhound.http.stream.SseStream;
import dev.rowhound.progress.UserWatchState;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code GET /api/v1/users/{user}/events} and {@code …/ws}: the events of all of a user's jobs, those that are opened
 * later too. Where no front end tells the user ({@code http.user_header}), anyone who knows a user's name may watch.
 */
final class UserEventsHandler {
    /** The path's parameter. */
    private static final String USER = "user";

    private final HttpParts parts;
    private final OpenStreams streams;
    private final UserPollHandler poll;

    UserEventsHandler(HttpParts parts, OpenStreams streams, UserPollHandler poll) {
        this.parts = parts;
        this.streams = streams;
        this.poll = poll;
    }

    void events(RoutingContext context) {
        String user = parts.config().callers().user(context, USER);
        if (context.request().getParam(PollHandler.AFTER) != null) {
            poll.handle(context, user);
            return;
        }
        JobStreams.requireRoom(streams);
        follow(context, user, new SseStream(context.request(), streams.config()));
    }

    void socket(RoutingContext context) {
        String user = parts.config().callers().user(context, USER);
        JobStreams.requireRoom(streams);
        Handshake.accept(context.request())
                .onSuccess(
                        socket -> follow(context, user, new SocketStream(context.request(), socket, streams.config())))
                .onFailure(context::fail);
    }

    private void follow(RoutingContext context, String user, LiveStream stream) {
        stream.open();
        UserWatchState place = parts.users().place(user, JobStreams.lastEventId(context.request()));
        streams.follow(parts.users().watch(place, new UserSink(parts.jobs(), stream)), stream);
    }
}
