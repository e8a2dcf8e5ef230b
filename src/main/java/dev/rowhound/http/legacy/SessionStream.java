package dev.rowhound.http.legacy;

import dev.rowhound.http.request.RouteModule.Server;
import dev.rowhound.http.stream.SseStream;
import dev.rowhound.http.stream.StreamEnd;
import dev.rowhound.http.stream.TotalsSink;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.JobState;
import dev.rowhound.progress.JobFeeds;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.redis.StoreUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One client of {@code /progress/{session_id}}, from before its job is made to the job's end. Its clients cannot resume,
 * so the stream is never rotated; it waits while the store is away, and for a while for a job that is not made yet.
 * Lives on one event loop.
 */
final class SessionStream {
    /** How long the store may not know the session: its upload may be on its way. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How long the store is left alone between two looks, in milliseconds; as much again is added at random. */
    private static final int AGAIN_MILLIS = 500;

    /** What an id looks like that an upload may be given. */
    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final RoutingContext context;
    private final Server server;
    private final Jobs jobs;
    private final JobFeeds feeds;
    private final String session;
    private final SseStream stream;

    /** When the session has to be there, by {@link System#nanoTime()}; 0 before the store was asked. */
    private long deadline;

    /** What the client has been told that it waits for. */
    private @Nullable String waiting;

    SessionStream(RoutingContext context, Server server, Jobs jobs, JobFeeds feeds, String session) {
        this.context = context;
        this.server = server;
        this.jobs = jobs;
        this.feeds = feeds;
        this.session = session;
        this.stream = SseStream.ofComments(
                context.request(), server.streams().config().unrotated());
    }

    /** Begins the answer. */
    void open() {
        stream.open();
        server.streams().add(stream);
        look();
    }

    private void look() {
        if (stream.closed()) {
            return;
        }
        jobs.find(session).onComplete(found -> {
            if (stream.closed()) {
                return;
            }
            if (found.failed() && !(found.cause() instanceof StoreUnavailableException)) {
                context.fail(found.cause());
            } else if (found.failed()) {
                waitFor("the store does not answer; the stream goes on when it does");
            } else if (found.result() != null) {
                follow();
            } else if (overdue()) {
                send("failed", 0, 0, "there is no session " + session + "; it may have expired");
                stream.end(StreamEnd.ENDED);
            } else {
                waitFor("the session " + session + " has not begun yet");
            }
        });
    }

    private boolean overdue() {
        if (deadline == 0) {
            deadline = System.nanoTime() + PATIENCE.toNanos();
        }
        return !ID.matcher(session).matches() || System.nanoTime() - deadline >= 0;
    }

    private void waitFor(String what) {
        if (!what.equals(waiting)) {
            waiting = what;
            send("waiting", 0, 0, what);
        }
        int millis = AGAIN_MILLIS + ThreadLocalRandom.current().nextInt(AGAIN_MILLIS);
        server.vertx().setTimer(millis, timer -> look());
    }

    /** The old stream tells where things stand, not every step. */
    private void follow() {
        TotalsSink sink = new TotalsSink(() -> jobs.find(session), this::send, stream::end);
        server.streams().follow(feeds.totals(session, sink), stream);
    }

    private Future<Void> send(JobSnapshot job) {
        int total = job.total() == null ? job.received() : job.total();
        String status =
                switch (job.state()) {
                    case COMPLETED -> "completed";
                    case FAILED, CANCELLED -> "failed";
                    case RECEIVING, RUNNING, PAUSED -> job.started() == null ? "waiting" : "processing";
                };
        return send(status, job.done(), total, message(job, total));
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

    private Future<Void> send(String status, int completed, int total, String message) {
        Buffer bytes = Buffer.buffer();
        SseStream.append(
                bytes,
                new JsonObject()
                        .put("status", status)
                        .put("completed", completed)
                        .put("total", total)
                        .put("message", message)
                        .encode());
        return stream.write(bytes);
    }
}
