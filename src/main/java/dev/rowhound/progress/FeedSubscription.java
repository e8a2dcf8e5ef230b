package dev.rowhound.progress;

import io.vertx.core.Context;
import io.vertx.core.Vertx;

/** A follower's subscription to a job's feed, bound to the event loop that it was created on. */
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

    /** Subscribes the follower, which is called from now on when there is more. */
    static FeedSubscription subscribe(JobFeeds feeds, String job, JobFeed.Follower follower) {
        return new FeedSubscription(feeds, job, follower, eventLoop());
    }

    /**
     * Returns the current event loop.
     *
     * @throws IllegalStateException if the thread is not an event loop
     */
    static Context eventLoop() {
        Context present = Vertx.currentContext();
        if (present == null || !present.isEventLoopContext()) {
            throw new IllegalStateException("a watch is started on an event loop");
        }
        return present;
    }

    /** Unsubscribes; the follower is not called again. */
    void unsubscribe() {
        feed.remove(follower);
        feeds.leave(job);
    }

    JobFeed feed() {
        return feed;
    }

    Vertx vertx() {
        return context.owner();
    }

    /** Returns whether the caller is on the subscription's event loop. */
    boolean isOnLoop() {
        return Thread.currentThread() == loop;
    }

    /** Runs a task on the subscription's event loop: immediately if the caller is on it. */
    void run(Runnable work) {
        if (isOnLoop()) {
            work.run();
        } else {
            context.runOnContext(run -> work.run());
        }
    }

    /** Runs a task on the subscription's event loop, after the current one. */
    void runLater(Runnable work) {
        context.runOnContext(run -> work.run());
    }
}
