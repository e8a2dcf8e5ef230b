package dev.rowhound.http.legacy;

import dev.rowhound.app.reading.Snapshots;
import dev.rowhound.http.request.RouteModule;
import dev.rowhound.http.request.RouteTable;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.JobState;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.redis.StoreUnavailableException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The status poll of the document system, {@code GET /api/job-status/{jobId}}. A cache bounds reads from the store
 * however many clients poll. A client that sends its {@code ETag} receives 304 while nothing has changed.
 */
public final class JobStatusRoutes implements RouteModule {
    private static final String RETRY_SECONDS = "2";

    private final Snapshots snapshots;

    /** @param snapshots caches jobs for a moment */
    public JobStatusRoutes(Snapshots snapshots) {
        this.snapshots = snapshots;
    }

    /** Returns the number of rows per final state, and the path of the results. */
    private static JsonObject result(JobSnapshot job) {
        JsonObject counters = new JsonObject();
        for (ItemState state : ItemState.values()) {
            if (state.ended()) {
                counters.put(state.wire(), job.counters().getOrDefault(state, 0));
            }
        }
        return new JsonObject()
                .put("total", job.total())
                .put("counters", counters)
                .put("results", "/api/v1/jobs/" + job.id() + "/results");
    }

    @Override
    public void mount(RouteTable routes, Server server) {
        routes.get("/api/job-status/:jobId").handler(context -> {
            String id = context.pathParam("jobId");
            snapshots
                    .find(id)
                    .onSuccess(job -> {
                        if (job == null) {
                            fail(context, 404, "there is no job \"" + id + "\"; it may have expired");
                        } else {
                            answer(context, body(job).encode());
                        }
                    })
                    .onFailure(error -> {
                        if (error instanceof StoreUnavailableException) {
                            context.response().putHeader(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
                            fail(context, 503, "the store is unavailable; try again in a moment");
                        } else {
                            context.fail(error);
                        }
                    });
        });
    }

    private JsonObject body(JobSnapshot job) {
        int total = job.total() == null ? job.received() : job.total();
        boolean completed = job.state() == JobState.COMPLETED;
        return new JsonObject()
                .put("jobId", job.id())
                .put("status", CvMessages.status(job))
                .put("progress", CvMessages.percent(job.done(), total, completed))
                .put("createdAt", job.created().toEpochMilli())
                .put("error", error(job))
                .put("result", completed ? result(job).encode() : null);
    }

    private static @Nullable String error(JobSnapshot job) {
        if (job.reason() != null) {
            return job.reason().getString("message");
        }
        return job.state() == JobState.CANCELLED ? "the job was cancelled" : null;
    }

    private static void answer(RoutingContext context, String body) {
        HttpServerResponse response = context.response();
        CRC32 digest = new CRC32();
        digest.update(body.getBytes(StandardCharsets.UTF_8));
        String tag = "W/\"" + Long.toHexString(digest.getValue()) + "\"";
        // Clients must revalidate each time; shared caches must not store the response.
        response.putHeader(HttpHeaders.CACHE_CONTROL, "private, no-cache").putHeader(HttpHeaders.ETAG, tag);
        if (matchesTag(context.request().getHeader(HttpHeaders.IF_NONE_MATCH), tag)) {
            var unused = response.setStatusCode(304).end();
        } else {
            var unused = response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(body);
        }
    }

    /** Returns whether the client already has the response with this tag (RFC 9110, section 13.1.2). */
    private static boolean matchesTag(@Nullable String tags, String tag) {
        return tags != null
                && Arrays.stream(tags.split(","))
                        .map(String::strip)
                        .anyMatch(candidate ->
                                candidate.equals("*") || candidate.equals(tag) || ("W/" + candidate).equals(tag));
    }

    /** Answers with an error in the format of the document system. */
    private static void fail(RoutingContext context, int status, String message) {
        var unused = context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(new JsonObject().put("error", message).encode());
    }
}
