package dev.rowhound.http.live;

import dev.rowhound.app.reading.JobLookup;
import dev.rowhound.app.reading.Snapshots;
import dev.rowhound.http.stream.Handshake;
import dev.rowhound.http.stream.LiveStream;
import dev.rowhound.http.stream.OpenStreams;
import dev.rowhound.http.stream.SocketStream;
import dev.rowhound.http.stream.SseStream;
import dev.rowhound.http.stream.StreamEnd;
import dev.rowhound.http.stream.TotalsSink;
import dev.rowhound.progress.Cursor;
import dev.rowhound.progress.EventWatch;
import dev.rowhound.progress.JobFeeds;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.redis.StoreUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code GET /api/v1/jobs/{id}/events} and {@code …/ws}: a job's events as Server-Sent Events or over a
 * WebSocket, from the client's cursor to the end of the job. The former also supports long polling.
 */
final class JobEventsHandler {
    /** Minimum delay before an unavailable store is queried again; up to as much again is added at random. */
    private static final int RETRY_MILLIS = 500;

    private final Vertx vertx;
    private final Jobs jobs;
    private final JobFeeds feeds;
    private final Snapshots snapshots;
    private final OpenStreams streams;
    private final PollHandler polls;

    JobEventsHandler(
            Vertx vertx, Jobs jobs, JobFeeds feeds, Snapshots snapshots, OpenStreams streams, PollHandler polls) {
        this.vertx = vertx;
        this.jobs = jobs;
        this.feeds = feeds;
        this.snapshots = snapshots;
        this.streams = streams;
        this.polls = polls;
    }

    /**
     * What a client requests to watch.
     *
     * @param job the job id
     * @param lastEventId the id of the last event that the client has, or null to start at the beginning
     * @param totals whether the client requests totals instead of single events
     */
    private record WatchRequest(String job, @Nullable String lastEventId, boolean totals) {
        static WatchRequest of(RoutingContext context) {
            return new WatchRequest(
                    context.pathParam("id"),
                    SseStream.lastEventId(context.request()),
                    Detail.isTotals(context.request()));
        }

        /** Returns whether the job has ended and the client has its last event. */
        boolean isComplete(JobSnapshot job) {
            return job.state().terminal() && job.lastEvent().equals(lastEventId);
        }
    }

    void events(RoutingContext context) {
        if (PollHandler.isPoll(context.request())) {
            polls.job(context);
            return;
        }
        serve(
                context,
                () -> {
                    SseStream stream = new SseStream(context.request(), streams.config());
                    stream.open();
                    return Future.succeededFuture(stream);
                },
                // An EventSource that receives 204 does not reconnect.
                () -> context.response().setStatusCode(204).end());
    }

    void socket(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (Handshake.refusal(request) == null) {
            // Frames after the handshake must not be read before the upgrade.
            request.pause();
        }
        Supplier<Future<SocketStream>> upgrade = () -> Handshake.accept(request).map(socket -> {
            SocketStream stream = new SocketStream(request, socket, streams.config());
            stream.open();
            return stream;
        });
        serve(
                context,
                upgrade,
                () -> upgrade.get()
                        .onSuccess(stream -> stream.end(StreamEnd.ENDED))
                        .onFailure(context::fail));
    }

    /**
     * Serves a request to watch. If the store is unavailable, opens the stream nevertheless and starts it when the
     * store is back, because a browser's EventSource gives up permanently on an error response.
     *
     * @param open opens the stream
     * @param answerComplete answers a client that already has all events
     */
    private void serve(
            RoutingContext context, Supplier<? extends Future<? extends LiveStream>> open, Runnable answerComplete) {
        WatchRequest request = WatchRequest.of(context);
        JobLookup.find(jobs, request.job())
                .onSuccess(job -> {
                    if (request.isComplete(job)) {
                        answerComplete.run();
                    } else {
                        open.get().onSuccess(stream -> follow(request, stream)).onFailure(context::fail);
                    }
                })
                .onFailure(error -> {
                    if (error instanceof StoreUnavailableException) {
                        open.get()
                                .onSuccess(stream -> {
                                    streams.add(stream);
                                    waitForStore(request, stream);
                                })
                                .onFailure(context::fail);
                    } else {
                        context.fail(error);
                    }
                });
    }

    private void follow(WatchRequest request, LiveStream stream) {
        EventWatch watch = request.totals()
                ? feeds.totals(
                        request.job(),
                        new TotalsSink(
                                () -> snapshots.find(request.job()), job -> sendTotals(job, stream), stream::end))
                : feeds.watch(request.job(), cursor(request.lastEventId()), new StreamSink(jobs, stream, true));
        streams.follow(watch, stream);
    }

    private static Future<Void> sendTotals(JobSnapshot job, LiveStream stream) {
        var totals = TotalsJson.of(job);
        return stream.event(TotalsJson.TYPE, job.lastEvent(), totals, totals);
    }

    private void waitForStore(WatchRequest request, LiveStream stream) {
        int millis = RETRY_MILLIS + ThreadLocalRandom.current().nextInt(RETRY_MILLIS);
        vertx.setTimer(millis, timer -> {
            if (stream.closed()) {
                return;
            }
            jobs.find(request.job())
                    .onSuccess(job -> {
                        if (stream.closed()) {
                            return;
                        }
                        if (job == null) {
                            stream.end(StreamEnd.GONE);
                        } else if (request.isComplete(job)) {
                            stream.end(StreamEnd.ENDED);
                        } else {
                            follow(request, stream);
                        }
                    })
                    .onFailure(error -> waitForStore(request, stream));
        });
    }

    /**
     * Parses a client's cursor. A malformed cursor is treated as lost, and the client receives a snapshot.
     *
     * @param lastEventId what the client sent, or null to start at the beginning
     */
    static Cursor cursor(@Nullable String lastEventId) {
        Cursor parsed = lastEventId == null ? Cursor.START : Cursor.parse(lastEventId);
        return parsed == null ? new Cursor(Long.MAX_VALUE, "") : parsed;
    }
}
