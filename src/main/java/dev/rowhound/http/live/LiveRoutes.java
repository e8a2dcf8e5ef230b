package dev.rowhound.http.live;

import dev.rowhound.app.reading.Snapshots;
import dev.rowhound.http.request.Callers;
import dev.rowhound.http.request.RouteModule;
import dev.rowhound.http.request.RouteTable;
import dev.rowhound.progress.JobFeeds;
import dev.rowhound.progress.UserFeeds;
import dev.rowhound.queue.job.Jobs;
import io.vertx.core.http.HttpServerRequest;

/**
 * The routes that follow one job or all jobs of a user live.
 *
 * @param callers determines who may watch a user's jobs
 * @param jobs reads jobs
 * @param feeds follows the events of one job
 * @param users follows the events of all jobs of a user
 * @param snapshots caches jobs for a moment, because many clients may watch the same totals
 */
public record LiveRoutes(Callers callers, Jobs jobs, JobFeeds feeds, UserFeeds users, Snapshots snapshots)
        implements RouteModule {
    @Override
    public void mount(RouteTable routes, Server server) {
        PollHandler polls = new PollHandler(jobs, feeds, users);
        JobEventsHandler job = new JobEventsHandler(server.vertx(), jobs, feeds, snapshots, server.streams(), polls);
        routes.get("/api/v1/jobs/:id/events").streaming(LiveRoutes::isStream).handler(job::events);
        routes.get("/api/v1/jobs/:id/ws").streaming().handler(job::socket);
        UserEventsHandler user = new UserEventsHandler(callers, jobs, users, server.streams(), polls);
        routes.get("/api/v1/users/:user/events").streaming(LiveRoutes::isStream).handler(user::events);
        routes.get("/api/v1/users/:user/ws").streaming().handler(user::socket);
    }

    /** Returns whether the request counts as a stream; a poll is answered within a minute. */
    private static boolean isStream(HttpServerRequest request) {
        return !PollHandler.isPoll(request);
    }
}
