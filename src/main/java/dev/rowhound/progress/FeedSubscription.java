package dev.rowhound.progress;

import io.vertx.core.Context;
import io.vertx.core.Vertx;

/** A follower's place at a job's feed, on the event loop that it was taken on. */
final class FeedSubscription {
    private final JobFeeds feeds;
    private final String job;
    private final JobFeed.Follower follower;
    private final Context context;
    private final Thread loop;
    private final JobFeed feed;

    private FeedSubscription(JobFeeds feeds, String job, JobFeed.Follower follower, Context context) {
        this.feeds = feeds;
        this.job = job;
        this.follower = follower;
        this.context = context;
        this.loop = Thread.currentThread();
        this.feed = feeds.enter(job);
        feed.add(follower, context);
    }

    /** Takes one: from here on the follower is called when there is more. */
    static FeedSubscription take(JobFeeds feeds, String job, JobFeed.Follower follower) {
        return new FeedSubscription(feeds, job, follower, eventLoop());
    }

    /**
     * The event loop that this is called on.
     *
     * @throws IllegalStateException if it is none
     */
    static Context eventLoop() {
        Context present = Vertx.currentContext();
        if (present == null || !present.isEventLoopContext()) {
            throw new IllegalStateException("a watch is started on an event loop");
        }
        return present;
    }

    /** Gives it up; the follower is not called again. */
    void leave() {
        feed.remove(follower);
        feeds.leave(job);
    }

    JobFeed feed() {
        return feed;
    }

    Vertx vertx() {
        return context.owner();
    }

    /** Whether this is called on the place's event loop. */
    boolean isHere() {
        return Thread.currentThread() == loop;
    }

    /** Runs it on the place's event loop: at once where that is this one. */
    void run(Runnable work) {
        if (isHere()) {
            work.run();
        } else {
            context.runOnContext(run -> work.run());
        }
    }

    /** Runs it on the place's event loop, after what it does at present. */
    void runLater(Runnable work) {
        context.runOnContext(run -> work.run());
    }
}
