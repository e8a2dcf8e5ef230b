package dev.rowhound.http.compat;

import dev.rowhound.http.RouteModule;
import dev.rowhound.http.stream.SseStream;
import dev.rowhound.http.stream.StreamEnd;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.JobState;
import dev.rowhound.progress.Cursor;
import dev.rowhound.queue.job.JobSnapshot;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;

/**
 * The tax-code crawler's API: {@code POST /crawl_csv} answers {@code {"session_id"}}, and {@code GET
 * /progress/{session_id}} is a stream of <code>{"status","completed","total","message"}</code>. The session's id is
 * the job's.
 */
public final class CrawlCsvRoutes implements RouteModule {
    private final String recipe;

    /**
     * Routes whose uploads are looked up by that recipe unless they name another.
     *
     * @param recipe {@code compat.recipe} of the configuration
     */
    public CrawlCsvRoutes(String recipe) {
        this.recipe = recipe;
    }

    @Override
    public void mount(Router router, Tools tools) {
        router.post("/crawl_csv")
                .handler(context -> tools.uploads()
                        .begin(context, recipe, tools.parts().queue().compatTtl(), CrawlCsvRoutes::accepted));
        router.get("/progress/:session_id").handler(context -> progress(context, tools));
    }

    private static void accepted(RoutingContext context, JobSnapshot job) {
        var unused = context.json(new JsonObject().put("session_id", job.id()));
    }

    private static void progress(RoutingContext context, Tools tools) {
        String session = context.pathParam("session_id");
        tools.parts()
                .jobs()
                .find(session)
                .onSuccess(job -> {
                    SseStream writer =
                            new SseStream(context.request(), tools.streams().config());
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
                            () -> tools.parts().jobs().find(session),
                            standing -> send(writer, standing),
                            () -> writer.end(StreamEnd.ENDED));
                    tools.streams().follow(session, present, writer, sink);
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
