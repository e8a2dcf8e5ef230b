package dev.rowhound.http.live;

import dev.rowhound.app.Refusal;
import dev.rowhound.app.reading.JobLookup;
import dev.rowhound.http.job.JobJson;
import dev.rowhound.http.request.QueryParams;
import dev.rowhound.progress.Cursor;
import dev.rowhound.progress.EventBatch;
import dev.rowhound.progress.JobEvent;
import dev.rowhound.progress.JobFeeds;
import dev.rowhound.progress.TotalsWatch;
import dev.rowhound.progress.Watch;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Long polling: {@code GET …/events?after=<id>&wait=20s} answers what follows an id, at once where there is something,
 * else when there is or when the time is over.
 */
final class PollHandler {
    /** The parameter that asks for it. */
    static final String AFTER = "after";

    private static final int DEFAULT_LIMIT = 256;
    private static final int MAX_LIMIT = 1000;
    private static final Duration MAX_WAIT = Duration.ofSeconds(60);
    private static final Pattern WAIT = Pattern.compile("(\\d{1,6})(ms|s)?");

    private final Jobs jobs;
    private final JobFeeds feeds;

    PollHandler(Jobs jobs, JobFeeds feeds) {
        this.jobs = jobs;
        this.feeds = feeds;
    }

    void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        String job = context.pathParam("id");
        String after = request.getParam(AFTER);
        Duration wait = wait(request.getParam("wait"));
        boolean totals = Detail.isTotals(request);
        int limit = limit(context);
        Cursor cursor = JobStreams.cursor(after.isBlank() ? null : after);
        Future<String> body = JobLookup.find(jobs, job)
                .compose(found -> totals
                        ? new TotalsPoll(context, job, cursor, wait).answer()
                        : new Poll(context, job, cursor, wait, limit).answer());
        send(context, body);
    }

    static void send(RoutingContext context, Future<String> answer) {
        answer.onSuccess(body -> context.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                        .end(body))
                .onFailure(context::fail);
    }

    /** How many events are wanted at most. */
    static int limit(RoutingContext context) {
        return QueryParams.number(context, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
    }

    /**
     * A duration of up to a minute.
     *
     * @param text such as {@code 20s}, {@code 1500ms} or {@code 20}; null for none
     */
    static Duration wait(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return Duration.ZERO;
        }
        Matcher matcher = WAIT.matcher(text);
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            Duration wait = "ms".equals(matcher.group(2)) ? Duration.ofMillis(number) : Duration.ofSeconds(number);
            if (wait.compareTo(MAX_WAIT) <= 0) {
                return wait;
            }
        }
        throw Refusal.of("invalid_field", "\"" + text + "\" is no time to wait; give 0s to 60s, such as 20s", "wait");
    }

    /**
     * Events as they stand in their streams, byte for byte.
     *
     * @param last the cursor behind them
     */
    static String body(List<JobEvent> events, Object last, boolean ended) {
        StringBuilder body = new StringBuilder(256).append("{\"events\":[");
        for (JobEvent event : events) {
            if (body.charAt(body.length() - 1) != '[') {
                body.append(',');
            }
            body.append(event.json());
        }
        return body.append("],\"last\":\"")
                .append(last)
                .append("\",\"ended\":")
                .append(ended)
                .append('}')
                .toString();
    }

    private static String body(JsonObject event, String last, boolean ended) {
        return "{\"events\":[" + event.encode() + "],\"last\":\"" + last + "\",\"ended\":" + ended + "}";
    }

    /** A job as it stands, in place of events that are gone. */
    static String reset(JobSnapshot job, String id, boolean ended) {
        JsonObject reset = new JsonObject().put("id", id).put("snapshot", JobJson.snapshot(job));
        return "{\"reset\":" + reset.encode() + ",\"events\":[],\"last\":\"" + id + "\",\"ended\":" + ended + "}";
    }

    /** The first events of a batch, as many as are wanted at most. */
    static List<JobEvent> first(EventBatch batch, int limit) {
        return batch.events().subList(0, Math.min(limit, batch.events().size()));
    }

    /** Ends a wait with {@code nothing} when the time is over, and when the client is gone. */
    static void limit(
            RoutingContext context, Duration wait, Promise<String> answer, Supplier<String> nothing, Runnable stop) {
        Vertx vertx = context.vertx();
        long timer = vertx.setTimer(Math.max(1, wait.toMillis()), id -> answer.tryComplete(nothing.get()));
        context.response().closeHandler(closed -> answer.tryFail(new HttpClosedException("the client is gone")));
        answer.future().onComplete(done -> {
            vertx.cancelTimer(timer);
            stop.run();
        });
    }

    /** Waits for events. */
    private final class Poll implements Watch.Sink {
        private final RoutingContext context;
        private final String job;
        private final Cursor cursor;
        private final Duration wait;
        private final int limit;
        private final Promise<String> answer = Promise.promise();

        Poll(RoutingContext context, String job, Cursor cursor, Duration wait, int limit) {
            this.context = context;
            this.job = job;
            this.cursor = cursor;
            this.wait = wait;
            this.limit = limit;
        }

        Future<String> answer() {
            return feeds.read(job, cursor, limit).compose(read -> {
                if (read.lost()) {
                    return reset();
                }
                if (!read.events().isEmpty()) {
                    return Future.succeededFuture(body(read.events(), read.ended()));
                }
                if (read.ended()) {
                    return Future.succeededFuture(PollHandler.body(List.of(), cursor, true));
                }
                String nothing = PollHandler.body(List.of(), cursor, false);
                if (wait.isZero()) {
                    return Future.succeededFuture(nothing);
                }
                Watch watch = feeds.watch(job, cursor, this);
                limit(context, wait, answer, () -> nothing, watch::stop);
                watch.start();
                return answer.future();
            });
        }

        private static String body(List<JobEvent> events, boolean ended) {
            return PollHandler.body(events, events.get(events.size() - 1).cursor(), ended);
        }

        private Future<String> reset() {
            return JobLookup.find(jobs, job)
                    .map(present -> PollHandler.reset(
                            present, present.lastEvent(), present.state().terminal()));
        }

        @Override
        public Future<Void> events(EventBatch batch) {
            List<JobEvent> told = first(batch, limit);
            JobEvent last = told.get(told.size() - 1);
            if (!last.terminal()) {
                answer.tryComplete(body(told, false));
            } else {
                // A batch may end between a generation's last event and the next one's first: the log tells.
                feeds.read(job, last.cursor(), 1)
                        .onSuccess(read ->
                                answer.tryComplete(body(told, read.events().isEmpty() && read.ended())))
                        .onFailure(error -> answer.tryComplete(body(told, false)));
            }
            // Nothing more is taken.
            return Promise.<Void>promise().future();
        }

        @Override
        public Future<Cursor> lost() {
            reset().onSuccess(answer::tryComplete).onFailure(answer::tryFail);
            return Promise.<Cursor>promise().future();
        }

        @Override
        public void ended() {
            answer.tryComplete(PollHandler.body(List.of(), cursor, true));
        }
    }

    /** Waits until the job has gone on. */
    private final class TotalsPoll implements TotalsWatch.TotalsEventSink {
        private final RoutingContext context;
        private final String job;
        private final Cursor cursor;
        private final Duration wait;
        private final Promise<String> answer = Promise.promise();

        TotalsPoll(RoutingContext context, String job, Cursor cursor, Duration wait) {
            this.context = context;
            this.job = job;
            this.cursor = cursor;
            this.wait = wait;
        }

        Future<String> answer() {
            TotalsWatch watch = feeds.totals(job, this);
            limit(context, wait, answer, () -> PollHandler.body(List.of(), cursor, false), watch::stop);
            watch.start();
            return answer.future();
        }

        @Override
        public Future<Boolean> tell() {
            return JobLookup.find(jobs, job).map(present -> {
                boolean over = present.state().terminal();
                if (!present.lastEvent().equals(cursor.toString())) {
                    answer.tryComplete(PollHandler.body(TotalsJson.of(present), present.lastEvent(), over));
                } else if (over) {
                    answer.tryComplete(PollHandler.body(List.of(), cursor, true));
                }
                return answer.future().isComplete();
            });
        }
    }
}
