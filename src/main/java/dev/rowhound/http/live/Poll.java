package dev.rowhound.http.live;

import dev.rowhound.app.Refusal;
import dev.rowhound.app.reading.JobLookup;
import dev.rowhound.http.job.JobJson;
import dev.rowhound.http.request.QueryParams;
import dev.rowhound.progress.Cursor;
import dev.rowhound.progress.EventBatch;
import dev.rowhound.progress.EventSink;
import dev.rowhound.progress.EventWatch;
import dev.rowhound.progress.JobEvent;
import dev.rowhound.progress.JobFeeds;
import dev.rowhound.queue.job.Jobs;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One long poll of one job or of all of a user's: answered with what is there, else with the first that a watch finds,
 * or with no events when the time is over. Lives on one event loop.
 */
final class Poll implements EventSink {
    private static final int DEFAULT_LIMIT = 256;
    private static final int MAX_LIMIT = 1000;
    private static final Duration MAX_WAIT = Duration.ofSeconds(60);
    private static final Pattern WAIT = Pattern.compile("(\\d{1,6})(ms|s)?");

    private final RoutingContext context;
    private final Jobs jobs;
    private final JobFeeds feeds;
    private final boolean oneJob;
    private final Supplier<String> here;
    private final BiFunction<String, Cursor, String> place;
    private final Duration wait;
    private final int limit;
    private final Promise<String> answer = Promise.promise();

    /**
     * By the request's {@code wait} and {@code limit}.
     *
     * @param oneJob whether it is over with a job's end
     * @param here the client's place
     * @param place the client's place once it has that job's events up to that one
     * @throws Refusal if one of both is bad
     */
    Poll(
            RoutingContext context,
            Jobs jobs,
            JobFeeds feeds,
            boolean oneJob,
            Supplier<String> here,
            BiFunction<String, Cursor, String> place) {
        this.context = context;
        this.jobs = jobs;
        this.feeds = feeds;
        this.oneJob = oneJob;
        this.here = here;
        this.place = place;
        this.wait = wait(context.request().getParam("wait"));
        this.limit = QueryParams.number(context, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
    }

    /** A duration of up to a minute, such as {@code 20s}, {@code 1500ms} or {@code 20}. */
    private static Duration wait(@Nullable String text) {
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

    /** How many events are wanted at most. */
    int limit() {
        return limit;
    }

    /**
     * Sends the answer.
     *
     * @param present what can be said at once; null where there is nothing
     * @param watch finds what comes
     */
    void answer(Future<@Nullable String> present, Supplier<EventWatch> watch) {
        present.compose(there -> {
                    if (there != null) {
                        return Future.succeededFuture(there);
                    }
                    return wait.isZero() ? Future.succeededFuture(nothing(false)) : await(watch.get());
                })
                .onSuccess(body -> context.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                        .end(body))
                .onFailure(context::fail);
    }

    private Future<String> await(EventWatch watch) {
        Vertx vertx = context.vertx();
        long timer = vertx.setTimer(wait.toMillis(), id -> answer.tryComplete(nothing(false)));
        context.response().closeHandler(closed -> answer.tryFail(new HttpClosedException("the client is gone")));
        answer.future().onComplete(done -> {
            vertx.cancelTimer(timer);
            watch.stop();
        });
        watch.start();
        return answer.future();
    }

    /** What a watch has found; whether that is an answer. */
    boolean found(@Nullable String body) {
        return body != null && answer.tryComplete(body);
    }

    /** The answer of no events. */
    String nothing(boolean ended) {
        return body(List.of(), here.get(), ended);
    }

    /** The answer of those events as they stand in their streams, byte for byte. */
    static String body(List<JobEvent> events, String last, boolean ended) {
        return body("", events.stream().map(JobEvent::json).toList(), last, ended);
    }

    /** The answer of one event that has no number. */
    static String body(JsonObject event, String last, boolean ended) {
        return body("", List.of(event.encode()), last, ended);
    }

    private static String body(String before, List<String> events, String last, boolean ended) {
        return "{" + before + "\"events\":[" + String.join(",", events) + "],\"last\":\"" + last + "\",\"ended\":"
                + ended + "}";
    }

    /** The answer that is a job as it stands, in place of events that are gone; null where one of several is gone. */
    Future<@Nullable String> reset(String job) {
        return jobs.find(job).map(present -> {
            if (present == null) {
                if (oneJob) {
                    throw JobLookup.noSuchJob(job);
                }
                return null;
            }
            String id = place.apply(job, new Cursor(present.lastSeq(), present.lastMark()));
            JsonObject reset = new JsonObject().put("id", id).put("snapshot", JobJson.snapshot(present));
            return body(
                    "\"reset\":" + reset.encode() + ",",
                    List.of(),
                    id,
                    oneJob && present.state().terminal());
        });
    }

    @Override
    public Future<Void> events(String job, EventBatch batch, String cursor) {
        List<JobEvent> first =
                batch.events().subList(0, Math.min(limit, batch.events().size()));
        JobEvent last = first.get(first.size() - 1);
        // A batch may end between a generation's last event and the next one's first: the log tells.
        Future<Boolean> ended = oneJob && last.terminal()
                ? feeds.read(job, last.cursor(), 1)
                        .map(read -> read.events().isEmpty() && read.ended())
                        .otherwise(false)
                : Future.succeededFuture(false);
        ended.onSuccess(over -> answer.tryComplete(body(first, place.apply(job, last.cursor()), over)));
        // Nothing more is taken.
        return Promise.<Void>promise().future();
    }

    @Override
    public Future<@Nullable Cursor> lost(String job, Function<Cursor, String> cursor) {
        return reset(job)
                .onFailure(answer::tryFail)
                .compose(body ->
                        found(body) ? Promise.<@Nullable Cursor>promise().future() : Future.succeededFuture());
    }

    @Override
    public void ended(String job) {
        answer.tryComplete(nothing(true));
    }
}
