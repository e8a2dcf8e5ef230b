package dev.rowhound.http.live;

import dev.rowhound.http.request.Callers;
import dev.rowhound.http.stream.Handshake;
import dev.rowhound.http.stream.LiveStream;
import dev.rowhound.http.stream.OpenStreams;
import dev.rowhound.http.stream.SocketStream;
import dev.rowhound.http.stream.SseStream;
import dev.rowhound.progress.UserFeeds;
import dev.rowhound.progress.UserWatchState;
import dev.rowhound.queue.job.Jobs;
import io.vertx.ext.web.RoutingContext;

/**
 * Serves {@code GET /api/v1/users/{user}/events} and {@code …/ws}: the events of all jobs of a user, including jobs
 * created later. If no front end identifies users ({@code http.user_header}), anyone who knows a user name may watch.
 */
final class UserEventsHandler {
    private static final String USER = "user";

    private final Callers callers;
    private final Jobs jobs;
    private final UserFeeds users;
    private final OpenStreams streams;
    private final PollHandler polls;

    UserEventsHandler(Callers callers, Jobs jobs, UserFeeds users, OpenStreams streams, PollHandler polls) {
        this.callers = callers;
        this.jobs = jobs;
        this.users = users;
        this.streams = streams;
        this.polls = polls;
    }

    void events(RoutingContext context) {
        String user = callers.user(context, USER);
        if (PollHandler.isPoll(context.request())) {
            polls.user(context, user);
            return;
        }
        follow(context, user, new SseStream(context.request(), streams.config()));
    }

    void socket(RoutingContext context) {
        String user = callers.user(context, USER);
        Handshake.accept(context.request())
                .onSuccess(
                        socket -> follow(context, user, new SocketStream(context.request(), socket, streams.config())))
                .onFailure(context::fail);
    }

    private void follow(RoutingContext context, String user, LiveStream stream) {
        stream.open();
        UserWatchState state = users.watchState(user, SseStream.lastEventId(context.request()));
        streams.follow(users.watch(state, new StreamSink(jobs, stream, false)), stream);
    }
}
