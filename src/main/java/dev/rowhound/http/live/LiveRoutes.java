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
 * The routes of events: of a job, and of all of a user's jobs.
 *
 * @param callers tells who may watch a user's jobs
 * @param jobs the jobs
 * @param feeds the events of jobs
 * @param users the events of all of a user's jobs
 * @param snapshots jobs as they stood a moment ago, for those of whom there may be many
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

    /** A poll is answered soon. */
    private static boolean isStream(HttpServerRequest request) {
        return !PollHandler.isPoll(request);
    }
}
