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
 * One long poll of one job or of all jobs of a user. The response has the events that exist, else the first events that
 * a watch finds, or no events after the wait. Bound to one event loop.
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
    private final Supplier<String> currentCursor;
    private final BiFunction<String, Cursor, String> cursorAfter;
    private final Duration wait;
    private final int limit;
    private final Promise<String> answer = Promise.promise();

    /**
     * Reads {@code wait} and {@code limit} from the request.
     *
     * @param oneJob whether the poll follows a single job and reports its end
     * @param currentCursor supplies the client's cursor
     * @param cursorAfter returns the client's cursor after the given event of the given job
     * @throws Refusal if {@code wait} or {@code limit} is invalid
     */
    Poll(
            RoutingContext context,
            Jobs jobs,
            JobFeeds feeds,
            boolean oneJob,
            Supplier<String> currentCursor,
            BiFunction<String, Cursor, String> cursorAfter) {
        this.context = context;
        this.jobs = jobs;
        this.feeds = feeds;
        this.oneJob = oneJob;
        this.currentCursor = currentCursor;
        this.cursorAfter = cursorAfter;
        this.wait = wait(context.request().getParam("wait"));
        this.limit = QueryParams.number(context, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
    }

    /** Parses a duration of up to a minute, such as {@code 20s}, {@code 1500ms} or {@code 20} (seconds). */
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
        throw Refusal.of("invalid_field", "\"" + text + "\" is not a wait time; use 0s to 60s, such as 20s", "wait");
    }

    /** Returns the maximum number of events in the response. */
    int limit() {
        return limit;
    }

    /**
     * Sends the response.
     *
     * @param immediate the response that is possible immediately; null if there are no events yet
     * @param watch creates the watch that waits for events
     */
    void answer(Future<@Nullable String> immediate, Supplier<EventWatch> watch) {
        immediate
                .compose(body -> {
                    if (body != null) {
                        return Future.succeededFuture(body);
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
        context.response()
                .closeHandler(closed -> answer.tryFail(new HttpClosedException("the client has disconnected")));
        answer.future().onComplete(done -> {
            vertx.cancelTimer(timer);
            watch.stop();
        });
        watch.start();
        return answer.future();
    }

    /** Completes the response; returns false if {@code body} is null or the poll has already been answered. */
    boolean found(@Nullable String body) {
        return body != null && answer.tryComplete(body);
    }

    /** Returns a response without events. */
    String nothing(boolean ended) {
        return body(List.of(), currentCursor.get(), ended);
    }

    /** Returns a response with these events, byte for byte as stored. */
    static String body(List<JobEvent> events, String last, boolean ended) {
        return body("", events.stream().map(JobEvent::json).toList(), last, ended);
    }

    /** Returns a response with one unnumbered event. */
    static String body(JsonObject event, String last, boolean ended) {
        return body("", List.of(event.encode()), last, ended);
    }

    private static String body(String prefix, List<String> events, String last, boolean ended) {
        return "{" + prefix + "\"events\":[" + String.join(",", events) + "],\"last\":\"" + last + "\",\"ended\":"
                + ended + "}";
    }

    /**
     * Returns a response with a snapshot of the job in place of expired events; null if the job does not exist and the
     * poll follows several.
     */
    Future<@Nullable String> reset(String job) {
        return jobs.find(job).map(snapshot -> {
            if (snapshot == null) {
                if (oneJob) {
                    throw JobLookup.noSuchJob(job);
                }
                return null;
            }
            String id = cursorAfter.apply(job, new Cursor(snapshot.lastSeq(), snapshot.lastMark()));
            JsonObject reset = new JsonObject().put("id", id).put("snapshot", JobJson.snapshot(snapshot));
            return body(
                    "\"reset\":" + reset.encode() + ",",
                    List.of(),
                    id,
                    oneJob && snapshot.state().terminal());
        });
    }

    @Override
    public Future<Void> events(String job, EventBatch batch, String cursor) {
        List<JobEvent> delivered =
                batch.events().subList(0, Math.min(limit, batch.events().size()));
        JobEvent last = delivered.get(delivered.size() - 1);
        // A batch may end between the last event of one generation and the first of the next, so the log decides.
        Future<Boolean> ended = oneJob && last.terminal()
                ? feeds.read(job, last.cursor(), 1)
                        .map(read -> read.events().isEmpty() && read.ended())
                        .otherwise(false)
                : Future.succeededFuture(false);
        ended.onSuccess(isEnd -> answer.tryComplete(body(delivered, cursorAfter.apply(job, last.cursor()), isEnd)));
        // This future never completes, so that the watch delivers no further events.
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
