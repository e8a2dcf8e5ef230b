package dev.rowhound.http.legacy;

import dev.rowhound.http.request.RouteModule;
import dev.rowhound.http.request.RouteTable;
import dev.rowhound.http.stream.SseStream;
import dev.rowhound.http.stream.StreamEnd;
import dev.rowhound.http.upload.UploadHandler;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.JobState;
import dev.rowhound.progress.Cursor;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Locale;

/**
 * The tax-code crawler's API: {@code POST /crawl_csv} answers {@code {"session_id"}}, and {@code GET
 * /progress/{session_id}} is a stream of <code>{"status","completed","total","message"}</code>. The session's id is
 * the job's.
 *
 * @param uploads takes uploads
 * @param jobs the jobs
 * @param recipe by which rows are looked up whose upload names none
 * @param jobTtl how long jobs are kept after their end
 */
public record CrawlCsvRoutes(UploadHandler uploads, Jobs jobs, String recipe, Duration jobTtl) implements RouteModule {
    @Override
    public void mount(RouteTable routes, Server server) {
        routes.post("/crawl_csv")
                .named()
                .logged()
                .handler(context -> uploads.submit(context, recipe, jobTtl, CrawlCsvRoutes::accepted));
        routes.get("/progress/:session_id").streaming().handler(context -> progress(context, server));
    }

    private static void accepted(RoutingContext context, JobSnapshot job) {
        var unused = context.json(new JsonObject().put("session_id", job.id()));
    }

    private void progress(RoutingContext context, Server server) {
        String session = context.pathParam("session_id");
        jobs.find(session)
                .onSuccess(job -> {
                    SseStream writer =
                            new SseStream(context.request(), server.streams().config());
                    writer.open();
                    if (job == null) {
                        send(writer, "failed", 0, 0, "there is no session " + session + "; it may have expired");
                        writer.end(StreamEnd.ENDED);
                        return;
                    }
                    send(writer, job);
                    // The old stream tells where things stand, not every step, so it begins at the present.
                    Cursor present = new Cursor(job.lastSeq(), job.lastMark());
                    SessionProgress sink = new SessionProgress(
                            job,
                            () -> jobs.find(session),
                            standing -> send(writer, standing),
                            () -> writer.end(StreamEnd.ENDED));
                    server.streams().follow(session, present, writer, sink);
                })
                .onFailure(context::fail);
    }

    private static Future<Void> send(SseStream writer, JobSnapshot job) {
        int total = job.total() == null ? job.received() : job.total();
        String status =
                switch (job.state()) {
                    case COMPLETED -> "completed";
                    case FAILED, CANCELLED -> "failed";
                    case RECEIVING, RUNNING, PAUSED -> job.started() == null ? "waiting" : "processing";
                };
        return send(writer, status, job.done(), total, message(job, total));
    }

    private static String message(JobSnapshot job, int total) {
        if (job.reason() != null) {
            return job.reason().getString("message");
        }
        if (job.state() == JobState.CANCELLED) {
            return "the crawl was cancelled";
        }
        return String.format(
                Locale.ROOT,
                "%d of %d done, %d found%s",
                job.done(),
                total,
                job.counters().getOrDefault(ItemState.FOUND, 0),
                job.state() == JobState.PAUSED ? ", paused" : "");
    }

    private static Future<Void> send(SseStream writer, String status, int completed, int total, String message) {
        Buffer bytes = Buffer.buffer();
        SseStream.append(
                bytes,
                new JsonObject()
                        .put("status", status)
                        .put("completed", completed)
                        .put("total", total)
                        .put("message", message)
                        .encode());
        return writer.write(bytes);
    }
}
