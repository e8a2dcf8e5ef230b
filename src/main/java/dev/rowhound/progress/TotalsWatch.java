package dev.rowhound.progress;

import io.vertx.core.Future;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Follows how far one job is, at most a few times a second, whatever the number of its events in between. Lives on one
 * event loop.
 */
public final class TotalsWatch implements EventWatch, JobFeed.Follower {
    /** The least time between two looks, in milliseconds. */
    private static final int PAUSE_MILLIS = 250;

    /** What a watcher has learned from a look at the job. */
    public enum LookResult {
        /**
         * Something that it did not know. It is made to look once more after the pause: the job may have been seen as it
         * stood a moment before the event that this look was for.
         */
        NEWS,
        /** Nothing; it looks again when the job has gone on. */
        NOTHING,
        /** All that there will be. */
        END
    }

    /** Looks where the job stands, on the event loop that the watch was started on. */
    @FunctionalInterface
    public interface Sink {
        /** Looks, and tells the watcher; if it fails it is called again. */
        Future<LookResult> look();
    }

    private final JobFeeds feeds;
    private final String job;
    private final Sink sink;
    private @Nullable FeedSubscription seat;
    private boolean due;
    private boolean busy;
    private boolean stopped;

    TotalsWatch(JobFeeds feeds, String job, Sink sink) {
        this.feeds = feeds;
        this.job = job;
        this.sink = sink;
    }

    /** Begins, on the event loop that this is called on, with a look at once. */
    @Override
    public void start() {
        seat = FeedSubscription.take(feeds, job, this);
        look();
    }

    @Override
    public void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        if (seat != null) {
            seat.leave();
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
        FeedSubscription home = Objects.requireNonNull(seat);
        sink.look().onComplete(done -> {
            if (done.succeeded() && done.result() == LookResult.END) {
                home.runLater(this::stop);
                return;
            }
            due |= done.failed() || done.result() == LookResult.NEWS;
            home.vertx().timer(PAUSE_MILLIS, TimeUnit.MILLISECONDS).onComplete(passed -> rested(home));
        });
    }

    private void rested(FeedSubscription home) {
        home.runLater(() -> {
            busy = false;
            if (due && !stopped) {
                look();
            }
        });
    }
}
