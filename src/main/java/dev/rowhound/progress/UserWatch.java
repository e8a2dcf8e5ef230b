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
    private static final int POLLS_PER_FULL_POLL = 40;

    private final Vertx vertx;
    private final JobFeeds feeds;
    private final Wakeups wakeups;
    private final UserWatchState state;
    private final EventSink sink;
    private final Map<String, Watch> watches = new HashMap<>();
    private final Runnable waker = this::onWakeup;
    private final EventSink serialSink = new SerialSink();
    private Future<Void> lastCall = Future.succeededFuture();
    private @Nullable Context context;
    private boolean polling;
    private boolean again;
    private boolean stopped;
    private int polls;
    private long timer = -1;

    UserWatch(Vertx vertx, JobFeeds feeds, Wakeups wakeups, UserWatchState state, EventSink sink) {
        this.vertx = vertx;
        this.feeds = feeds;
        this.wakeups = wakeups;
        this.state = state;
        this.sink = sink;
    }

    @Override
    public void start() {
        context = FeedSubscription.eventLoop();
        // Registered before the first search, so that no job is missed in between.
        wakeups.add(Wakeups.jobsOf(state.user()), waker);
        state.followed().forEach(this::follow);
        poll(true);
    }

    @Override
    public void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        wakeups.remove(Wakeups.jobsOf(state.user()), waker);
        vertx.cancelTimer(timer);
        watches.values().forEach(Watch::stop);
        watches.clear();
    }

    private void onWakeup() {
        if (context != null) {
            context.runOnContext(run -> poll(true));
        }
    }

    private void poll(boolean whole) {
        if (stopped) {
            return;
        }
        if (polling) {
            again |= whole;
            return;
        }
        polling = true;
        vertx.cancelTimer(timer);
        state.poll(whole).onComplete(done -> {
            polling = false;
            if (stopped) {
                return;
            }
            List<UserWatchState.Follow> found = done.succeeded() ? done.result() : List.of();
            found.forEach(this::follow);
            if (again) {
                again = false;
                poll(true);
                return;
            }
            int millis = SWEEP_MILLIS + ThreadLocalRandom.current().nextInt(SWEEP_MILLIS);
            // If Redis did not reply, repeat the same search.
            boolean next = done.failed() ? whole : ++polls % POLLS_PER_FULL_POLL == 0;
            timer = vertx.setTimer(millis, id -> poll(next));
        });
    }

    private void follow(UserWatchState.Follow job) {
        if (!watches.containsKey(job.job())) {
            Watch watch = feeds.watch(job.job(), job.cursor(), serialSink);
            watches.put(job.job(), watch);
            watch.start();
        }
    }

    private void unfollow(String job) {
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
            return inTurn(() -> sink.events(job, batch, state.cursor(job, batch.last()))
                    .onSuccess(taken -> state.advance(job, batch.last())));
        }

        @Override
        public Future<@Nullable Cursor> lost(String job, Function<Cursor, String> own) {
            return inTurn(() -> sink.lost(job, cursor -> state.cursor(job, cursor)))
                    .onSuccess(cursor -> {
                        if (cursor == null) {
                            state.remove(job);
                            unfollow(job);
                        } else {
                            state.advance(job, cursor);
                        }
                    });
        }

        @Override
        public void ended(String job) {
            state.ended(job);
            unfollow(job);
        }
    }
}
