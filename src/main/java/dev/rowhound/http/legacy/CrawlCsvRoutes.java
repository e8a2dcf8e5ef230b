package dev.rowhound.http.legacy;

import dev.rowhound.http.request.RouteModule;
import dev.rowhound.http.request.RouteTable;
import dev.rowhound.http.upload.UploadHandler;
import dev.rowhound.progress.JobFeeds;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/**
 * The API of the tax-code crawler: {@code POST /crawl_csv} answers {@code {"session_id"}}, and
 * {@code GET /progress/{session_id}} is a stream of <code>{"status","completed","total","message"}</code>. The session
 * id is the job id.
 *
 * @param uploads receives uploads
 * @param jobs reads jobs
 * @param feeds follows the events of jobs
 * @param recipe the recipe for uploads that name none
 * @param jobTtl how long jobs are kept after their end
 */
public record CrawlCsvRoutes(UploadHandler uploads, Jobs jobs, JobFeeds feeds, String recipe, Duration jobTtl)
        implements RouteModule {
    @Override
    public void mount(RouteTable routes, Server server) {
        routes.post("/crawl_csv")
                .upload(uploads.config().maxBytes())
                .named()
                .logged()
                .handler(context -> uploads.submitOld(context, recipe, jobTtl, CrawlCsvRoutes::accepted));
        routes.get("/progress/:session_id")
                .streaming()
                .handler(context ->
                        new SessionStream(context, server, jobs, feeds, context.pathParam("session_id")).open());
    }

    private static void accepted(RoutingContext context, JobSnapshot job) {
        var unused = context.json(new JsonObject().put("session_id", job.id()));
    }
}
