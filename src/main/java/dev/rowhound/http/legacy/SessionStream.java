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
 * The stream of {@code /progress/{session_id}} to one client, which may connect before the job exists. Its clients
 * cannot resume, so the stream is never rotated. It waits while the store is unavailable, and for a limited time for
 * the job to be created. Bound to one event loop.
 */
final class SessionStream {
    /** Maximum wait for an unknown session, whose upload may still be arriving. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(30);

    /** Minimum delay between two queries; up to as much again is added at random. */
    private static final int RETRY_MILLIS = 500;

    /** Format of the ids that uploads may receive. */
    private static final Pattern SESSION_ID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final RoutingContext context;
    private final Server server;
    private final Jobs jobs;
    private final JobFeeds feeds;
    private final String session;
    private final SseStream stream;

    /** Deadline for the session to exist, by {@link System#nanoTime()}; 0 before the first query. */
    private long deadline;

    /** The last waiting message sent to the client. */
    private @Nullable String waitingMessage;

    SessionStream(RoutingContext context, Server server, Jobs jobs, JobFeeds feeds, String session) {
        this.context = context;
        this.server = server;
        this.jobs = jobs;
        this.feeds = feeds;
        this.session = session;
        this.stream = SseStream.ofComments(
                context.request(), server.streams().config().unrotated());
    }

    void open() {
        stream.open();
        server.streams().add(stream);
        poll();
    }

    private void poll() {
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
                waitFor("the store is unavailable; the stream continues when it is back");
            } else if (found.result() != null) {
                follow();
            } else if (isOverdue()) {
                send("failed", 0, 0, "there is no session " + session + "; it may have expired");
                stream.end(StreamEnd.ENDED);
            } else {
                waitFor("the session " + session + " has not started yet");
            }
        });
    }

    private boolean isOverdue() {
        if (deadline == 0) {
            deadline = System.nanoTime() + MAX_WAIT.toNanos();
        }
        return !SESSION_ID.matcher(session).matches() || System.nanoTime() - deadline >= 0;
    }

    private void waitFor(String what) {
        if (!what.equals(waitingMessage)) {
            waitingMessage = what;
            send("waiting", 0, 0, what);
        }
        int millis = RETRY_MILLIS + ThreadLocalRandom.current().nextInt(RETRY_MILLIS);
        server.vertx().setTimer(millis, timer -> poll());
    }

    /** Follows totals, because the legacy stream reports progress and not single events. */
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
