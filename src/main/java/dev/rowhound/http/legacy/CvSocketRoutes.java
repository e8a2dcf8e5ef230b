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
 * The CV system's WebSocket, {@code GET /api/v1/cv-processing/ws/{user_id}}: the progress of a user's batches and CVs,
 * as {@link CvMessages}.
 *
 * @param callers determines who may watch
 * @param jobs reads jobs
 * @param users follows the events of all jobs of a user
 */
public record CvSocketRoutes(Callers callers, Jobs jobs, UserFeeds users) implements RouteModule {
    private static final Logger LOG = LoggerFactory.getLogger(CvSocketRoutes.class);
    private static final String USER = "user_id";

    /** A client without a cursor also receives the state of jobs that ended within this time. */
    private static final long RECENT_MILLIS = Duration.ofMinutes(10).toMillis();

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
                    streams.follow(users.watch(watchState(user, context), stream), stream);
                })
                .onFailure(context::fail);
    }

    private UserWatchState watchState(String user, RoutingContext context) {
        String lastEventId = context.request().getParam("lastEventId");
        return lastEventId == null || lastEventId.isBlank()
                ? users.watchState(
                        user, new UserWatchState.Begin(Long.MAX_VALUE, System.currentTimeMillis() - RECENT_MILLIS))
                : users.watchState(user, lastEventId);
    }
}
