package dev.rowhound.http.legacy;

import dev.rowhound.http.request.Callers;
import dev.rowhound.http.request.RouteModule;
import dev.rowhound.http.request.RouteTable;
import dev.rowhound.http.stream.Handshake;
import dev.rowhound.http.stream.OpenStreams;
import dev.rowhound.progress.UserFeeds;
import dev.rowhound.progress.UserWatchState;
import dev.rowhound.queue.job.Jobs;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The CV system's WebSocket, {@code GET /api/v1/cv-processing/ws/{user_id}}: how the user's batches and their CVs go on,
 * in the words of {@link CvMessages}.
 *
 * @param callers tells who may watch
 * @param jobs the jobs
 * @param users the events of all of a user's jobs
 */
public record CvSocketRoutes(Callers callers, Jobs jobs, UserFeeds users) implements RouteModule {
    private static final Logger LOG = LoggerFactory.getLogger(CvSocketRoutes.class);
    private static final String USER = "user_id";

    /** Who comes without a place is told how those jobs stand that have ended so shortly before. */
    private static final long ENDED_MILLIS = Duration.ofMinutes(10).toMillis();

    @Override
    public void mount(RouteTable routes, Server server) {
        routes.get("/api/v1/cv-processing/ws/:" + USER).streaming().handler(context -> open(context, server));
    }

    private void open(RoutingContext context, Server server) {
        String user = callers.user(context, USER);
        OpenStreams streams = server.streams();
        Handshake.accept(context.request())
                .onSuccess(socket -> {
                    CvSocket stream =
                            new CvSocket(server.vertx(), jobs, user, context.request(), socket, streams.config());
                    stream.open();
                    LOG.info("{} watches over the old WebSocket", user);
                    stream.onClose(() -> LOG.info("{} has left the old WebSocket", user));
                    streams.follow(users.watch(place(user, context), stream), stream);
                })
                .onFailure(context::fail);
    }

    private UserWatchState place(String user, RoutingContext context) {
        String given = context.request().getParam("lastEventId");
        return given == null || given.isBlank()
                ? users.place(user, new UserWatchState.Begin(Long.MAX_VALUE, System.currentTimeMillis() - ENDED_MILLIS))
                : users.place(user, given);
    }
}
