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
    public enum LookResult {
        /**
         * Something new. The sink looks again after the pause, because it may have read the job just before the event
         * that triggered this look.
         */
        NEWS,
        /** Nothing new; the sink looks again after the next event. */
        NOTHING,
        /** The final state. */
        END
    }

    /** Reads the job's state, on the event loop that the watch was started on. */
    @FunctionalInterface
    public interface Sink {
        /** Looks at the job and informs the watcher; a failed look is repeated. */
        Future<LookResult> look();
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

    /** Starts the watch on the calling event loop with an immediate look. */
    @Override
    public void start() {
        subscription = FeedSubscription.subscribe(feeds, job, this);
        look();
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
    public void more(JobFeed.@Nullable Handed handed) {
        due = true;
        if (!busy && !stopped) {
            look();
        }
    }

    private void look() {
        busy = true;
        due = false;
        FeedSubscription current = Objects.requireNonNull(subscription);
        sink.look().onComplete(done -> {
            if (done.succeeded() && done.result() == LookResult.END) {
                current.runLater(this::stop);
                return;
            }
            due |= done.failed() || done.result() == LookResult.NEWS;
            current.vertx().timer(PAUSE_MILLIS, TimeUnit.MILLISECONDS).onComplete(passed -> afterPause(current));
        });
    }

    private void afterPause(FeedSubscription current) {
        current.runLater(() -> {
            busy = false;
            if (due && !stopped) {
                look();
            }
        });
    }
}
