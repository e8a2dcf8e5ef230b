package dev.rowhound.http.live;

import dev.rowhound.progress.Cursor;
import dev.rowhound.progress.EventBatch;
import dev.rowhound.progress.JobEvent;
import dev.rowhound.progress.JobFeeds;
import dev.rowhound.progress.UserFeeds;
import dev.rowhound.progress.UserWatch;
import dev.rowhound.progress.UserWatchState;
import dev.rowhound.progress.UserWatchState.Follow;
import dev.rowhound.queue.job.Jobs;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Long polling of all of a user's jobs: {@code GET /api/v1/users/{user}/events?after=<id>&wait=20s} answers what follows
 * a place, at once where there is something, else when there is or when the time is over.
 */
final class UserPollHandler {
    private final Jobs jobs;
    private final JobFeeds feeds;
    private final UserFeeds users;

    UserPollHandler(Jobs jobs, JobFeeds feeds, UserFeeds users) {
        this.jobs = jobs;
        this.feeds = feeds;
        this.users = users;
    }

    void handle(RoutingContext context, String user) {
        String after = context.request().getParam(PollHandler.AFTER);
        Duration wait = PollHandler.wait(context.request().getParam("wait"));
        int limit = PollHandler.limit(context);
        boolean begins = after.isBlank() || after.equals("0");
        PollHandler.send(context, new Poll(users.place(user, begins ? null : after), limit).answer(context, wait));
    }

    /** One answer: first from what is there, then from what comes. */
    private final class Poll implements UserWatch.UserEventSink {
        private final UserWatchState place;
        private final int limit;
        private final List<JobEvent> events = new ArrayList<>();
        private final Promise<String> answer = Promise.promise();

        Poll(UserWatchState place, int limit) {
            this.place = place;
            this.limit = limit;
        }

        Future<String> answer(RoutingContext context, Duration wait) {
            return place.look(true)
                    .compose(found -> read(place.followed().iterator()))
                    .compose(there -> {
                        if (there != null) {
                            return Future.succeededFuture(there);
                        }
                        if (wait.isZero()) {
                            return Future.succeededFuture(nothing());
                        }
                        return await(context, wait);
                    });
        }

        /** What is there behind the place, job by job; null where there is nothing. */
        private Future<@Nullable String> read(Iterator<Follow> jobs) {
            if (!jobs.hasNext() || events.size() >= limit) {
                return Future.succeededFuture(
                        events.isEmpty() ? null : PollHandler.body(events, place.cursor(), false));
            }
            Follow job = jobs.next();
            int room = limit - events.size();
            return feeds.read(job.job(), job.cursor(), room).compose(read -> {
                if (read.lost()) {
                    // The job's snapshot is an answer of its own.
                    return events.isEmpty()
                            ? reset(job.job())
                                    .compose(told ->
                                            told == null ? read(jobs) : Future.<@Nullable String>succeededFuture(told))
                            : read(jobs);
                }
                List<JobEvent> told = read.events();
                JobEvent last = told.isEmpty() ? read.last() : told.get(told.size() - 1);
                events.addAll(told);
                if (last != null) {
                    place.has(job.job(), last.cursor());
                    if (read.ended()) {
                        place.ended(job.job());
                    }
                }
                return read(jobs);
            });
        }

        private Future<String> await(RoutingContext context, Duration wait) {
            UserWatch watch = users.watch(place, this);
            PollHandler.limit(context, wait, answer, this::nothing, watch::stop);
            watch.start();
            return answer.future();
        }

        private String nothing() {
            return PollHandler.body(List.of(), place.cursor(), false);
        }

        /** The answer that is a job's snapshot; null where the job is gone. */
        private Future<@Nullable String> reset(String job) {
            return jobs.find(job).map(present -> {
                if (present == null) {
                    place.gone(job);
                    return null;
                }
                Cursor last = new Cursor(present.lastSeq(), present.lastMark());
                return PollHandler.reset(present, place.cursor(job, last), false);
            });
        }

        @Override
        public Future<Void> events(String job, EventBatch batch, String cursor) {
            List<JobEvent> told = PollHandler.first(batch, limit);
            answer.tryComplete(PollHandler.body(
                    told, place.cursor(job, told.get(told.size() - 1).cursor()), false));
            // Nothing more is taken.
            return Promise.<Void>promise().future();
        }

        @Override
        public Future<@Nullable Cursor> lost(String job, Function<Cursor, String> cursor) {
            return reset(job).compose(told -> {
                if (told == null) {
                    return Future.succeededFuture();
                }
                answer.tryComplete(told);
                return Promise.<@Nullable Cursor>promise().future();
            });
        }
    }
}
