package dev.rowhound.http.live;

import dev.rowhound.app.reading.JobLookup;
import dev.rowhound.progress.Cursor;
import dev.rowhound.progress.JobEvent;
import dev.rowhound.progress.JobFeeds;
import dev.rowhound.progress.TotalsWatch.PollResult;
import dev.rowhound.progress.UserFeeds;
import dev.rowhound.progress.UserWatchState;
import dev.rowhound.progress.UserWatchState.Follow;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Serves long polling: {@code GET …/events?after=<id>&wait=20s} returns the events after a cursor, of a job or of all
 * jobs of a user. It answers immediately if there are any, else with the first new ones or when the wait is over.
 */
final class PollHandler {
    /** Query parameter with the cursor; its presence makes a request a poll. */
    private static final String AFTER = "after";

    private final Jobs jobs;
    private final JobFeeds feeds;
    private final UserFeeds users;

    PollHandler(Jobs jobs, JobFeeds feeds, UserFeeds users) {
        this.jobs = jobs;
        this.feeds = feeds;
        this.users = users;
    }

    /** Returns whether the request is a poll rather than a stream. */
    static boolean isPoll(HttpServerRequest request) {
        return request.getParam(AFTER) != null;
    }

    void job(RoutingContext context) {
        String job = context.pathParam("id");
        String after = context.request().getParam(AFTER);
        boolean totals = Detail.isTotals(context.request());
        Cursor cursor = JobEventsHandler.cursor(after.isBlank() ? null : after);
        Poll poll = new Poll(context, jobs, feeds, true, cursor::toString, (id, last) -> last.toString());
        Future<JobSnapshot> found = JobLookup.find(jobs, job);
        if (totals) {
            poll.answer(
                    found.map(snapshot -> totals(poll, cursor, snapshot)),
                    () -> feeds.totals(
                            job,
                            () -> JobLookup.find(jobs, job)
                                    .map(snapshot -> poll.found(totals(poll, cursor, snapshot))
                                            ? PollResult.END
                                            : PollResult.UNCHANGED)));
        } else {
            poll.answer(found.compose(snapshot -> events(poll, job, cursor)), () -> feeds.watch(job, cursor, poll));
        }
    }

    /** Returns the response with the job's totals; null if they have not changed since the cursor. */
    private static @Nullable String totals(Poll poll, Cursor cursor, JobSnapshot job) {
        boolean ended = job.state().terminal();
        if (job.lastEvent().equals(cursor.toString())) {
            return ended ? poll.nothing(true) : null;
        }
        return Poll.body(TotalsJson.of(job), job.lastEvent(), ended);
    }

    /** Returns the response with the job's events after the cursor; null if there are none. */
    private Future<@Nullable String> events(Poll poll, String job, Cursor cursor) {
        return feeds.read(job, cursor, poll.limit()).compose(read -> {
            if (read.lost()) {
                return poll.reset(job);
            }
            List<JobEvent> events = read.events();
            if (events.isEmpty()) {
                return Future.succeededFuture(read.ended() ? poll.nothing(true) : null);
            }
            String last = events.get(events.size() - 1).cursor().toString();
            return Future.succeededFuture(Poll.body(events, last, read.ended()));
        });
    }

    void user(RoutingContext context, String user) {
        String after = context.request().getParam(AFTER);
        boolean fromStart = after.isBlank() || after.equals("0");
        UserWatchState state = users.watchState(user, fromStart ? null : after);
        Poll poll = new Poll(context, jobs, feeds, false, state::cursor, state::cursor);
        poll.answer(
                state.poll(true)
                        .compose(found -> events(poll, state, state.followed().iterator(), new ArrayList<>())),
                () -> users.watch(state, poll));
    }

    /** Collects the events of all followed jobs after the cursor, job by job; null if there are none. */
    private Future<@Nullable String> events(
            Poll poll, UserWatchState state, Iterator<Follow> jobs, List<JobEvent> events) {
        if (!jobs.hasNext() || events.size() >= poll.limit()) {
            return Future.succeededFuture(events.isEmpty() ? null : Poll.body(events, state.cursor(), false));
        }
        Follow job = jobs.next();
        return feeds.read(job.job(), job.cursor(), poll.limit() - events.size()).compose(read -> {
            if (read.lost() && events.isEmpty()) {
                // A snapshot fills a response by itself.
                return poll.reset(job.job()).compose(reset -> {
                    if (reset != null) {
                        return Future.succeededFuture(reset);
                    }
                    state.remove(job.job());
                    return events(poll, state, jobs, events);
                });
            }
            if (!read.lost()) {
                List<JobEvent> newEvents = read.events();
                JobEvent last = newEvents.isEmpty() ? read.last() : newEvents.get(newEvents.size() - 1);
                events.addAll(newEvents);
                if (last != null) {
                    state.advance(job.job(), last.cursor());
                    if (read.ended()) {
                        state.ended(job.job());
                    }
                }
            }
            return events(poll, state, jobs, events);
        });
    }
}
