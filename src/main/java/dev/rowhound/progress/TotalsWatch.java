package dev.rowhound.progress;

import io.vertx.core.Future;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Follows one job's totals, at most a few times a second, however many events occur. Bound to one event loop. */
public final class TotalsWatch implements EventWatch, JobFeed.Follower {
    /** Minimum interval between two looks. */
    private static final int PAUSE_MILLIS = 250;

    /** What a look at the job found. */
    public enum PollResult {
        /**
         * Something new. The sink polls again after the pause, because it may have read the job just before the event
         * that triggered this poll.
         */
        CHANGED,
        /** Nothing new; the sink polls again after the next event. */
        UNCHANGED,
        /** The final state. */
        END
    }

    /** Reads the job's state, on the event loop that the watch was started on. */
    @FunctionalInterface
    public interface Sink {
        /** Reads the job and informs the watcher; a failed poll is repeated. */
        Future<PollResult> poll();
    }

    private final JobFeeds feeds;
    private final String job;
    private final Sink sink;
    private @Nullable FeedSubscription subscription;
    private boolean due;
    private boolean busy;
    private boolean stopped;

    TotalsWatch(JobFeeds feeds, String job, Sink sink) {
        this.feeds = feeds;
        this.job = job;
        this.sink = sink;
    }

    /** Starts the watch on the calling event loop with an immediate poll. */
    @Override
    public void start() {
        subscription = FeedSubscription.subscribe(feeds, job, this);
        poll();
    }

    @Override
    public void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        if (subscription != null) {
            subscription.unsubscribe();
        }
    }

    @Override
    public void more(JobFeed.@Nullable PushedBatch pushed) {
        due = true;
        if (!busy && !stopped) {
            poll();
        }
    }

    private void poll() {
        busy = true;
        due = false;
        FeedSubscription current = Objects.requireNonNull(subscription);
        sink.poll().onComplete(done -> {
            if (done.succeeded() && done.result() == PollResult.END) {
                current.runLater(this::stop);
                return;
            }
            due |= done.failed() || done.result() == PollResult.CHANGED;
            current.vertx().timer(PAUSE_MILLIS, TimeUnit.MILLISECONDS).onComplete(passed -> afterPause(current));
        });
    }

    private void afterPause(FeedSubscription current) {
        current.runLater(() -> {
            busy = false;
            if (due && !stopped) {
                poll();
            }
        });
    }
}
