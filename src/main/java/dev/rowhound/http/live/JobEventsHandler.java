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
 * {@code GET /api/v1/jobs/{id}/events} and {@code …/ws}: a job's events as Server-Sent Events or over a WebSocket, from
 * where the client stands to the job's end; the former by long polling too.
 */
final class JobEventsHandler {
    /** How long a store that does not answer is left alone, in milliseconds; as much again is added at random. */
    private static final int AGAIN_MILLIS = 500;

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
     * What a client wants.
     *
     * @param job the job's id
     * @param given the last id that it has, or null where it begins
     * @param totals whether it only wants to know how far the job is
     */
    private record Wish(String job, @Nullable String given, boolean totals) {
        static Wish of(RoutingContext context) {
            return new Wish(
                    context.pathParam("id"),
                    SseStream.lastEventId(context.request()),
                    Detail.isTotals(context.request()));
        }

        /** Whether the client has all that there will ever be. */
        boolean fulfilled(JobSnapshot job) {
            return job.state().terminal() && job.lastEvent().equals(given);
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
                // Nothing will ever follow; a client that gets this does not come back.
                () -> context.response().setStatusCode(204).end());
    }

    void socket(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (Handshake.refusal(request) == null) {
            // Nothing may be read from it until it is known what it becomes.
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
     * Serves a wish. The stream is opened when there is something to watch, and also while the store is away, for a
     * browser's EventSource gives up for good on any refusal: then it begins when the store is back.
     *
     * @param opening opens the stream
     * @param fulfilled answers a client that has everything
     */
    private void serve(
            RoutingContext context, Supplier<? extends Future<? extends LiveStream>> opening, Runnable fulfilled) {
        Wish wish = Wish.of(context);
        JobLookup.find(jobs, wish.job())
                .onSuccess(job -> {
                    if (wish.fulfilled(job)) {
                        fulfilled.run();
                    } else {
                        opening.get().onSuccess(stream -> follow(wish, stream)).onFailure(context::fail);
                    }
                })
                .onFailure(error -> {
                    if (error instanceof StoreUnavailableException) {
                        opening.get()
                                .onSuccess(stream -> {
                                    streams.add(stream);
                                    waitForStore(wish, stream);
                                })
                                .onFailure(context::fail);
                    } else {
                        context.fail(error);
                    }
                });
    }

    private void follow(Wish wish, LiveStream stream) {
        EventWatch watch = wish.totals()
                ? feeds.totals(
                        wish.job(),
                        new TotalsSink(() -> snapshots.find(wish.job()), job -> tell(job, stream), stream::end))
                : feeds.watch(wish.job(), cursor(wish.given()), new StreamSink(jobs, stream, true));
        streams.follow(watch, stream);
    }

    private static Future<Void> tell(JobSnapshot job, LiveStream stream) {
        var totals = TotalsJson.of(job);
        return stream.event(TotalsJson.TYPE, job.lastEvent(), totals, totals);
    }

    private void waitForStore(Wish wish, LiveStream stream) {
        int millis = AGAIN_MILLIS + ThreadLocalRandom.current().nextInt(AGAIN_MILLIS);
        vertx.setTimer(millis, timer -> {
            if (stream.closed()) {
                return;
            }
            jobs.find(wish.job())
                    .onSuccess(job -> {
                        if (stream.closed()) {
                            return;
                        }
                        if (job == null) {
                            stream.end(StreamEnd.GONE);
                        } else if (wish.fulfilled(job)) {
                            stream.end(StreamEnd.ENDED);
                        } else {
                            follow(wish, stream);
                        }
                    })
                    .onFailure(error -> waitForStore(wish, stream));
        });
    }

    /**
     * The cursor that a client has sent. One that is none stands for one that is lost: its event is in no log.
     *
     * @param given what the client sent, or null where it begins
     */
    static Cursor cursor(@Nullable String given) {
        Cursor parsed = given == null ? Cursor.START : Cursor.parse(given);
        return parsed == null ? new Cursor(Long.MAX_VALUE, "") : parsed;
    }
}
