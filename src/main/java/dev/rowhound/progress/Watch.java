package dev.rowhound.progress;

import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Follows one job's events from a cursor and passes them to a sink, in order and without gaps. It holds a cursor, not a
 * queue: with a slow sink it reads later rather than buffering more. Near the end of the log the job's {@link JobFeed}
 * serves it; otherwise it reads the log itself. Bound to one event loop.
 */
public final class Watch implements EventWatch, JobFeed.Follower {
    /** Delay before a retry if Redis does not reply; up to as much again is added at random. */
    private static final int RETRY_MILLIS = 500;

    private final JobFeeds feeds;
    private final EventLog log;
    private final String job;
    private final EventSink sink;
    private Cursor cursor;
    private @Nullable FeedSubscription subscription;
    /** How many events one read requests: adapts to large events, so that it reads no more than one batch. */
    private int most = JobFeed.MAX_BATCH;

    private boolean busy;
    private boolean stopped;
    private long timer = -1;

    Watch(JobFeeds feeds, EventLog log, String job, Cursor cursor, EventSink sink) {
        this.feeds = feeds;
        this.log = log;
        this.job = job;
        this.cursor = cursor;
        this.sink = sink;
    }

    @Override
    public void start() {
        // Registered before the first read, so that no event is missed in between.
        subscription = FeedSubscription.subscribe(feeds, job, this);
        advance();
    }

    @Override
    public void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        if (subscription != null) {
            subscription.vertx().cancelTimer(timer);
            subscription.unsubscribe();
        }
    }

    @Override
    public void more(JobFeed.@Nullable PushedBatch pushed) {
        if (busy || stopped) {
            return; // advances when the sink has taken the current batch
        }
        if (pushed != null && cursor.equals(pushed.before())) {
            deliver(pushed.batch());
        } else {
            advance();
        }
    }

    @Override
    public void progress(String progress) {
        if (!stopped) {
            sink.progress(progress);
        }
    }

    private void advance() {
        if (busy || stopped || subscription == null) {
            return;
        }
        JobFeed.Next next = subscription.feed().next(cursor);
        switch (next.kind()) {
            case EVENTS -> deliver(batchOf(next));
            case NOTHING -> {
                // The feed calls when there are events.
            }
            case ENDED -> {
                stop();
                sink.ended(job);
            }
            case READ_LOG -> readLog();
        }
    }

    private static EventBatch batchOf(JobFeed.Next next) {
        if (next.batch() == null) {
            throw new IllegalStateException("there are no events");
        }
        return next.batch();
    }

    private void deliver(EventBatch batch) {
        busy = true;
        Future<Void> delivered = sink.events(job, batch, batch.cursorText());
        if (delivered.succeeded() && subscription != null && subscription.isOnLoop()) {
            delivered(batch);
            return;
        }
        delivered.onComplete(done -> onLoop(() -> {
            if (done.succeeded()) {
                delivered(batch);
            } else {
                busy = false;
                later();
            }
        }));
    }

    private void delivered(EventBatch batch) {
        busy = false;
        cursor = batch.last();
        advance();
    }

    private void readLog() {
        busy = true;
        log.after(job, cursor, most).onComplete(done -> {
            busy = false;
            if (stopped) {
                return;
            }
            if (done.failed()) {
                later();
            } else if (done.result().lost()) {
                lost();
            } else if (done.result().events().isEmpty()) {
                // The feed lags behind, or the log has lost the end that the feed has read. The feed will read on and
                // call.
                if (subscription != null) {
                    subscription.feed().refresh();
                }
                later();
            } else {
                List<JobEvent> read = done.result().events();
                List<JobEvent> part = JobFeed.part(read, 0);
                most = part.size() < read.size() ? part.size() : Math.min(JobFeed.MAX_BATCH, most * 2);
                deliver(new EventBatch(part));
            }
        });
    }

    private void lost() {
        busy = true;
        sink.lost(job, Cursor::toString)
                .onComplete(done -> onLoop(() -> {
                    busy = false;
                    if (done.failed()) {
                        later();
                    } else if (done.result() == null) {
                        stop();
                    } else {
                        cursor = done.result();
                        advance();
                    }
                }));
    }

    /** Returns to the event loop: a sink may complete its future on any thread. */
    private void onLoop(Runnable then) {
        if (subscription != null) {
            subscription.run(then);
        }
    }

    private void later() {
        if (!stopped && subscription != null) {
            subscription.vertx().cancelTimer(timer);
            int millis = RETRY_MILLIS + ThreadLocalRandom.current().nextInt(RETRY_MILLIS);
            timer = subscription.vertx().setTimer(millis, id -> advance());
        }
    }
}
