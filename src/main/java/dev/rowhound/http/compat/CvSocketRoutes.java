package dev.rowhound.http.compat;

import dev.rowhound.http.RouteModule;
import dev.rowhound.http.stream.OpenStreams;
import dev.rowhound.progress.UserFeeds;
import dev.rowhound.progress.UserWatchState;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The CV system's WebSocket, {@code GET /api/v1/cv-processing/ws/{user_id}}: how the user's batches and their CVs go on,
 * in the words of {@link CvMessages}.
 */
public final class CvSocketRoutes implements RouteModule {
    private static final Logger LOG = LoggerFactory.getLogger(CvSocketRoutes.class);
    private static final String USER = "user_id";

    /** Who comes without a place is told how those jobs stand that have ended so shortly before. */
    private static final long ENDED_MILLIS = Duration.ofMinutes(10).toMillis();

    @Override
    public void mount(Router router, Tools tools) {
        router.get("/api/v1/cv-processing/ws/:" + USER).handler(context -> open(context, tools));
    }

    private static void open(RoutingContext context, Tools tools) {
        String user = tools.user(context, USER);
        OpenStreams streams = tools.streams();
        tools.upgrade(context)
                .onSuccess(socket -> {
                    CvSocket stream = new CvSocket(
                            tools.vertx(), tools.parts().jobs(), user, context.request(), socket, streams.config());
                    stream.open();
                    LOG.info("{} watches over the old WebSocket", user);
                    stream.onClose(() -> LOG.info("{} has left the old WebSocket", user));
                    UserFeeds users = tools.parts().users();
                    streams.follow(users.watch(place(users, user, context), stream), stream);
                })
                .onFailure(context::fail);
    }

    private static UserWatchState place(UserFeeds users, String user, RoutingContext context) {
        String given = context.request().getParam("lastEventId");
        return given == null || given.isBlank()
                ? users.place(user, new UserWatchState.Begin(Long.MAX_VALUE, System.currentTimeMillis() - ENDED_MILLIS))
                : users.place(user, given);
    }
}
