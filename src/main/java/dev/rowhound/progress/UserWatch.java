package dev.rowhound.progress;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows all jobs of a user, each from its cursor, and passes their events to one sink, one call at a time; in order
 * and without gaps within each job. New jobs are found by a hint or by a sweep. Bound to one event loop; never ends by
 * itself.
 */
public final class UserWatch implements EventWatch {
    /** Minimum interval of searches for new jobs; up to as much again is added at random. */
    private static final int SWEEP_MILLIS = 1000;

    /** Every so many searches, all jobs are examined, to find ended jobs that were retried. */
    private static final int FULL_LOOK_EVERY = 40;

    private final Vertx vertx;
    private final JobFeeds feeds;
    private final Wakeups wakeups;
    private final UserWatchState place;
    private final EventSink sink;
    private final Map<String, Watch> watches = new HashMap<>();
    private final Runnable waker = this::woken;
    private final EventSink serialSink = new SerialSink();
    private Future<Void> lastCall = Future.succeededFuture();
    private @Nullable Context context;
    private boolean looking;
    private boolean again;
    private boolean stopped;
    private int looks;
    private long timer = -1;

    UserWatch(Vertx vertx, JobFeeds feeds, Wakeups wakeups, UserWatchState place, EventSink sink) {
        this.vertx = vertx;
        this.feeds = feeds;
        this.wakeups = wakeups;
        this.place = place;
        this.sink = sink;
    }

    @Override
    public void start() {
        context = FeedSubscription.eventLoop();
        // Registered before the first search, so that no job is missed in between.
        wakeups.add(Wakeups.jobsOf(place.user()), waker);
        place.followed().forEach(this::follow);
        look(true);
    }

    @Override
    public void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        wakeups.remove(Wakeups.jobsOf(place.user()), waker);
        vertx.cancelTimer(timer);
        watches.values().forEach(Watch::stop);
        watches.clear();
    }

    private void woken() {
        if (context != null) {
            context.runOnContext(run -> look(true));
        }
    }

    private void look(boolean whole) {
        if (stopped) {
            return;
        }
        if (looking) {
            again |= whole;
            return;
        }
        looking = true;
        vertx.cancelTimer(timer);
        place.look(whole).onComplete(done -> {
            looking = false;
            if (stopped) {
                return;
            }
            List<UserWatchState.Follow> found = done.succeeded() ? done.result() : List.of();
            found.forEach(this::follow);
            if (again) {
                again = false;
                look(true);
                return;
            }
            int millis = SWEEP_MILLIS + ThreadLocalRandom.current().nextInt(SWEEP_MILLIS);
            // If Redis did not reply, repeat the same search.
            boolean next = done.failed() ? whole : ++looks % FULL_LOOK_EVERY == 0;
            timer = vertx.setTimer(millis, id -> look(next));
        });
    }

    private void follow(UserWatchState.Follow job) {
        if (!watches.containsKey(job.job())) {
            Watch watch = feeds.watch(job.job(), job.cursor(), serialSink);
            watches.put(job.job(), watch);
            watch.start();
        }
    }

    private void leave(String job) {
        Watch watch = watches.remove(job);
        if (watch != null) {
            watch.stop();
        }
    }

    /** Calls the sink after the previous call has completed. */
    private <T extends @Nullable Object> Future<T> inTurn(Supplier<Future<T>> call) {
        Future<T> called =
                lastCall.transform(before -> stopped ? Future.failedFuture("the watch has stopped") : call.get());
        lastCall = called.transform(done -> Future.succeededFuture());
        return called;
    }

    /** Passes jobs' events to the sink, with the cursor for all jobs. */
    private final class SerialSink implements EventSink {
        @Override
        public Future<Void> events(String job, EventBatch batch, String cursor) {
            return inTurn(() -> sink.events(job, batch, place.cursor(job, batch.last()))
                    .onSuccess(taken -> place.advance(job, batch.last())));
        }

        @Override
        public Future<@Nullable Cursor> lost(String job, Function<Cursor, String> own) {
            return inTurn(() -> sink.lost(job, cursor -> place.cursor(job, cursor)))
                    .onSuccess(cursor -> {
                        if (cursor == null) {
                            place.remove(job);
                            leave(job);
                        } else {
                            place.advance(job, cursor);
                        }
                    });
        }

        @Override
        public void ended(String job) {
            place.ended(job);
            leave(job);
        }
    }
}
