package dev.rowhound.http.live;

import dev.rowhound.app.reading.JobLookup;
import dev.rowhound.app.reading.Snapshots;
import dev.rowhound.http.stream.LiveStream;
import dev.rowhound.http.stream.OpenStreams;
import dev.rowhound.http.stream.StreamEnd;
import dev.rowhound.progress.Cursor;
import dev.rowhound.progress.JobFeeds;
import dev.rowhound.progress.TotalsWatch;
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

/** Leads jobs' events to streams of whatever protocol, from where their clients stand. */
public final class JobStreams {
    /** How long a store that does not answer is left alone, in milliseconds; as much again is added at random. */
    private static final int AGAIN_MILLIS = 500;

    private final Vertx vertx;
    private final Jobs jobs;
    private final JobFeeds feeds;
    private final Snapshots snapshots;
    private final OpenStreams streams;

    JobStreams(Vertx vertx, Jobs jobs, JobFeeds feeds, Snapshots snapshots, OpenStreams streams) {
        this.vertx = vertx;
        this.jobs = jobs;
        this.feeds = feeds;
        this.snapshots = snapshots;
        this.streams = streams;
    }

    /**
     * What a client wants.
     *
     * @param job the job's id
     * @param given the last id that it has, or null where it begins
     * @param totals whether it only wants to know how far the job is
     */
    public record Wish(String job, @Nullable String given, boolean totals) {
        /** Reads it from a request. */
        static Wish of(RoutingContext context) {
            return new Wish(
                    context.pathParam("id"), lastEventId(context.request()), Detail.isTotals(context.request()));
        }

        /** Whether the client has all that there will ever be. */
        boolean fulfilled(JobSnapshot job) {
            return job.state().terminal() && job.lastEvent().equals(given);
        }
    }

    /** How streams are kept. */
    public OpenStreams open() {
        return streams;
    }

    /**
     * Serves a wish. The stream is opened when there is something to watch, and also while the store is away, for a
     * browser's EventSource gives up for good on any refusal: then it begins when the store is back.
     *
     * @param opening opens the stream
     * @param fulfilled answers a client that has everything
     */
    void serve(RoutingContext context, Supplier<Future<? extends LiveStream>> opening, Runnable fulfilled) {
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
        if (wish.totals()) {
            streams.add(stream);
            TotalsWatch watch = feeds.totals(wish.job(), () -> tell(wish, stream));
            watch.start();
            stream.onClose(watch::stop);
        } else {
            streams.follow(wish.job(), cursor(wish.given()), stream, new JobSink(jobs, wish.job(), stream));
        }
    }

    private Future<Boolean> tell(Wish wish, LiveStream stream) {
        return snapshots.find(wish.job()).compose(job -> {
            if (job == null) {
                stream.end(StreamEnd.GONE);
                return Future.succeededFuture(true);
            }
            var totals = TotalsJson.of(job);
            return stream.event(TotalsJson.TYPE, job.lastEvent(), totals, totals)
                    .map(told -> {
                        if (job.state().terminal()) {
                            stream.end(StreamEnd.ENDED);
                        }
                        return job.state().terminal();
                    });
        });
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

    /** What the client has seen last. The header wins: a browser sends it, with the address it began with. */
    public static @Nullable String lastEventId(HttpServerRequest request) {
        String header = request.getHeader("Last-Event-ID");
        String id = header == null || header.isBlank() ? request.getParam("lastEventId") : header;
        return id == null || id.isBlank() ? null : id;
    }
}
