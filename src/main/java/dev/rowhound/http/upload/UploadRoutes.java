package dev.rowhound.http.upload;

import dev.rowhound.http.job.JobJson;
import dev.rowhound.http.request.RouteModule;
import dev.rowhound.http.request.RouteTable;
import dev.rowhound.queue.job.JobSnapshot;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/**
 * Mounts {@code POST /api/v1/jobs}.
 *
 * @param uploads receives the uploads
 * @param jobTtl how long jobs are kept after their end
 */
public record UploadRoutes(UploadHandler uploads, Duration jobTtl) implements RouteModule {
    @Override
    public void mount(RouteTable routes, Server server) {
        routes.post("/api/v1/jobs")
                .upload(uploads.config().maxBytes())
                .named()
                .logged()
                .handler(context -> uploads.submit(context, jobTtl, UploadRoutes::accepted));
    }

    private static void accepted(RoutingContext context, JobSnapshot job) {
        var unused = context.response()
                .setStatusCode(202)
                .putHeader(HttpHeaders.LOCATION, JobJson.JOBS + "/" + job.id())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(JobJson.accepted(job).toBuffer());
    }
}
