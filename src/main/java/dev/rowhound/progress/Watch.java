package dev.rowhound.progress;

import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Follows one job's events from a cursor and hands them to a sink, in order, without a hole. It holds a cursor, not a
 * queue: a slow sink makes it read later, not keep more. Where it is nearly as far as the job's {@link JobFeed} it is
 * served from there, else it reads the log by itself. Lives on one event loop.
 */
public final class Watch implements EventWatch, JobFeed.Follower {
    /** How long a store that does not answer is left alone, in milliseconds; as much again is added at random. */
    private static final int AGAIN_MILLIS = 500;

    private final JobFeeds feeds;
    private final EventLog log;
    private final String job;
    private final EventSink sink;
    private Cursor cursor;
    private @Nullable FeedSubscription seat;
    /** How many events it reads from the log at a time: where they are large, no more than it hands on. */
    private int most = JobFeed.BATCH;

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
        // Registered before the first read, so that nothing falls between.
        seat = FeedSubscription.take(feeds, job, this);
        advance();
    }

    @Override
    public void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        if (seat != null) {
            seat.vertx().cancelTimer(timer);
            seat.leave();
        }
    }

    /** The place behind which the next event comes. */
    public Cursor cursor() {
        return cursor;
    }

    @Override
    public void more(JobFeed.@Nullable Handed handed) {
        if (busy || stopped) {
            return; // it looks by itself when the sink has taken what it has
        }
        if (handed != null && cursor.equals(handed.before())) {
            give(handed.batch());
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
        if (busy || stopped || seat == null) {
            return;
        }
        JobFeed.Next next = seat.feed().next(cursor);
        switch (next.kind()) {
            case EVENTS -> give(batchOf(next));
            case NOTHING -> {
                // The feed calls when there is something.
            }
            case ENDED -> {
                stop();
                sink.ended(job);
            }
            case ASK -> readLog();
        }
    }

    private static EventBatch batchOf(JobFeed.Next next) {
        if (next.batch() == null) {
            throw new IllegalStateException("there are no events");
        }
        return next.batch();
    }

    private void give(EventBatch batch) {
        busy = true;
        Future<Void> given = sink.events(job, batch, batch.place());
        if (given.succeeded() && seat != null && seat.isHere()) {
            taken(batch);
            return;
        }
        given.onComplete(done -> onLoop(() -> {
            if (done.succeeded()) {
                taken(batch);
            } else {
                busy = false;
                later();
            }
        }));
    }

    private void taken(EventBatch batch) {
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
                // The feed is not as far, or the log has lost the end that the feed has read. It reads on, and calls.
                if (seat != null) {
                    seat.feed().refresh();
                }
                later();
            } else {
                List<JobEvent> read = done.result().events();
                List<JobEvent> part = JobFeed.part(read, 0);
                most = part.size() < read.size() ? part.size() : Math.min(JobFeed.BATCH, most * 2);
                give(new EventBatch(part));
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

    /** A sink may answer from anywhere. */
    private void onLoop(Runnable then) {
        if (seat != null) {
            seat.run(then);
        }
    }

    /** Tries again in a while. */
    private void later() {
        if (!stopped && seat != null) {
            seat.vertx().cancelTimer(timer);
            int millis = AGAIN_MILLIS + ThreadLocalRandom.current().nextInt(AGAIN_MILLIS);
            timer = seat.vertx().setTimer(millis, id -> advance());
        }
    }
}
