package dev.rowhound.progress;

import io.vertx.core.Future;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Follows how far one job is, at most a few times a second, whatever the number of its events in between. Lives on one
 * event loop.
 */
public final class TotalsWatch implements JobFeed.Follower {
    /** The least time between two tellings, in milliseconds. */
    private static final int PAUSE_MILLIS = 250;

    /** Is asked to tell where the job stands, on the event loop that the watch was started on. */
    @FunctionalInterface
    public interface TotalsEventSink {
        /** Tells where the job stands; whether that was the last time. If it fails it is asked again. */
        Future<Boolean> tell();
    }

    private final JobFeeds feeds;
    private final String job;
    private final TotalsEventSink sink;
    private @Nullable FeedSubscription seat;
    private boolean due;
    private boolean busy;
    private boolean stopped;

    TotalsWatch(JobFeeds feeds, String job, TotalsEventSink sink) {
        this.feeds = feeds;
        this.job = job;
        this.sink = sink;
    }

    /** Begins, on the event loop that this is called on, with a telling at once. */
    public void start() {
        seat = FeedSubscription.take(feeds, job, this);
        tell();
    }

    /** Ends; the sink is not called again. */
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
            tell();
        }
    }

    private void tell() {
        busy = true;
        due = false;
        FeedSubscription home = Objects.requireNonNull(seat);
        sink.tell().onComplete(done -> {
            if (done.succeeded() && done.result()) {
                home.runLater(this::stop);
                return;
            }
            due |= done.failed();
            home.vertx().timer(PAUSE_MILLIS, TimeUnit.MILLISECONDS).onComplete(passed -> rested(home));
        });
    }

    private void rested(FeedSubscription home) {
        home.runLater(() -> {
            busy = false;
            if (due && !stopped) {
                tell();
            }
        });
    }
}
