package dev.rowhound.http.live;

import dev.rowhound.app.reading.JobLookup;
import dev.rowhound.progress.Cursor;
import dev.rowhound.progress.JobEvent;
import dev.rowhound.progress.JobFeeds;
import dev.rowhound.progress.TotalsWatch.LookResult;
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
 * Long polling: {@code GET …/events?after=<id>&wait=20s} answers what follows a place in a job or in all of a user's
 * jobs, at once where there is something, else when there is or when the time is over.
 */
final class PollHandler {
    /** The parameter that asks for it. */
    private static final String AFTER = "after";

    private final Jobs jobs;
    private final JobFeeds feeds;
    private final UserFeeds users;

    PollHandler(Jobs jobs, JobFeeds feeds, UserFeeds users) {
        this.jobs = jobs;
        this.feeds = feeds;
        this.users = users;
    }

    /** Whether a poll is asked for, and no stream. */
    static boolean isPoll(HttpServerRequest request) {
        return request.getParam(AFTER) != null;
    }

    void job(RoutingContext context) {
        String job = context.pathParam("id");
        String after = context.request().getParam(AFTER);
        boolean totals = Detail.isTotals(context.request());
        Cursor cursor = JobEventsHandler.cursor(after.isBlank() ? null : after);
        Poll poll = new Poll(context, jobs, feeds, true, cursor::toString, (same, last) -> last.toString());
        Future<JobSnapshot> found = JobLookup.find(jobs, job);
        if (totals) {
            poll.answer(
                    found.map(present -> totals(poll, cursor, present)),
                    () -> feeds.totals(
                            job,
                            () -> JobLookup.find(jobs, job)
                                    .map(present -> poll.found(totals(poll, cursor, present))
                                            ? LookResult.END
                                            : LookResult.NOTHING)));
        } else {
            poll.answer(found.compose(present -> events(poll, job, cursor)), () -> feeds.watch(job, cursor, poll));
        }
    }

    /** What can be said of a job at once; null where it has not gone on. */
    private static @Nullable String totals(Poll poll, Cursor cursor, JobSnapshot job) {
        boolean over = job.state().terminal();
        if (job.lastEvent().equals(cursor.toString())) {
            return over ? poll.nothing(true) : null;
        }
        return Poll.body(TotalsJson.of(job), job.lastEvent(), over);
    }

    /** What can be said of a job's events at once; null where there are none. */
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
        boolean begins = after.isBlank() || after.equals("0");
        UserWatchState place = users.place(user, begins ? null : after);
        Poll poll = new Poll(context, jobs, feeds, false, place::cursor, place::cursor);
        poll.answer(
                place.look(true)
                        .compose(found -> events(poll, place, place.followed().iterator(), new ArrayList<>())),
                () -> users.watch(place, poll));
    }

    /** What is there behind the place, job by job; null where there is nothing. */
    private Future<@Nullable String> events(
            Poll poll, UserWatchState place, Iterator<Follow> jobs, List<JobEvent> events) {
        if (!jobs.hasNext() || events.size() >= poll.limit()) {
            return Future.succeededFuture(events.isEmpty() ? null : Poll.body(events, place.cursor(), false));
        }
        Follow job = jobs.next();
        return feeds.read(job.job(), job.cursor(), poll.limit() - events.size()).compose(read -> {
            if (read.lost() && events.isEmpty()) {
                // The job's snapshot is an answer of its own.
                return poll.reset(job.job()).compose(reset -> {
                    if (reset != null) {
                        return Future.succeededFuture(reset);
                    }
                    place.remove(job.job());
                    return events(poll, place, jobs, events);
                });
            }
            if (!read.lost()) {
                List<JobEvent> told = read.events();
                JobEvent last = told.isEmpty() ? read.last() : told.get(told.size() - 1);
                events.addAll(told);
                if (last != null) {
                    place.advance(job.job(), last.cursor());
                    if (read.ended()) {
                        place.ended(job.job());
                    }
                }
            }
            return events(poll, place, jobs, events);
        });
    }
}
