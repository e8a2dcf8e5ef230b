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
 * Follows all jobs of a user, each from its cursor, and hands their events to one sink, one call at a time: within each
 * job in order and without a hole. Jobs that are opened later are found by a hint, or by a sweep. Lives on one event
 * loop; never ends by itself.
 */
public final class UserWatch implements EventWatch {
    /** The least time between two looks for fresh jobs, in milliseconds; as much again is added at random. */
    private static final int SWEEP_MILLIS = 1000;

    /** Each so many looks all jobs are looked at, for those that go on after their end. */
    private static final int WHOLE_LOOKS = 40;

    private final Vertx vertx;
    private final JobFeeds feeds;
    private final Wakeups wakeups;
    private final UserWatchState place;
    private final EventSink sink;
    private final Map<String, Watch> watches = new HashMap<>();
    private final Runnable waker = this::woken;
    private final EventSink turns = new Turns();
    private Future<Void> turn = Future.succeededFuture();
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
        // Registered before the first look, so that nothing falls between.
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

    /** The place behind which the next event comes. */
    public String cursor() {
        return place.cursor();
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
            // A store that does not answer is asked the same again.
            boolean next = done.failed() ? whole : ++looks % WHOLE_LOOKS == 0;
            timer = vertx.setTimer(millis, id -> look(next));
        });
    }

    private void follow(UserWatchState.Follow job) {
        if (!watches.containsKey(job.job())) {
            Watch watch = feeds.watch(job.job(), job.cursor(), turns);
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

    /** Lets the sink be called once the call before has been answered. */
    private <T extends @Nullable Object> Future<T> inTurn(Supplier<Future<T>> call) {
        Future<T> called =
                turn.transform(before -> stopped ? Future.failedFuture("the watch has stopped") : call.get());
        turn = called.transform(done -> Future.succeededFuture());
        return called;
    }

    /** Leads jobs' events to the sink, with the place in all of them. */
    private final class Turns implements EventSink {
        @Override
        public Future<Void> events(String job, EventBatch batch, String cursor) {
            return inTurn(() -> sink.events(job, batch, place.cursor(job, batch.last()))
                    .onSuccess(taken -> place.has(job, batch.last())));
        }

        @Override
        public Future<@Nullable Cursor> lost(String job, Function<Cursor, String> own) {
            return inTurn(() -> sink.lost(job, cursor -> place.cursor(job, cursor)))
                    .onSuccess(cursor -> {
                        if (cursor == null) {
                            place.gone(job);
                            leave(job);
                        } else {
                            place.has(job, cursor);
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
