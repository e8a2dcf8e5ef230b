package dev.rowhound.progress;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The feeds of the jobs watched on this node, one a job for all its watchers. Thread-safe. */
public final class JobFeeds {
    /** How long a feed without watchers is kept. */
    private static final long LINGER_MILLIS = 2000;

    private final Vertx vertx;
    private final EventLog log;
    private final Wakeups wakeups;
    private final ConcurrentHashMap<String, JobFeed> feeds = new ConcurrentHashMap<>();

    public JobFeeds(Vertx vertx, EventLog log, Wakeups wakeups) {
        this.vertx = vertx;
        this.log = log;
        this.wakeups = wakeups;
        new ProgressSignal(vertx).listen((job, progress) -> {
            JobFeed feed = feeds.get(job);
            if (feed != null) {
                feed.publishProgress(progress);
            }
        });
    }

    /** Creates a watch of a job's events after a cursor; start it with {@link Watch#start}. */
    public Watch watch(String job, Cursor cursor, EventSink sink) {
        return new Watch(this, log, job, cursor, sink);
    }

    /** Creates a watch of a job's totals, a few times a second; start it with {@link TotalsWatch#start}. */
    public TotalsWatch totals(String job, TotalsWatch.Sink sink) {
        return new TotalsWatch(this, job, sink);
    }

    /** Reads at most {@code most} events after a cursor, once. */
    public Future<EventLog.Read> read(String job, Cursor cursor, int most) {
        return log.after(job, cursor, most);
    }

    /** Returns how many jobs are watched. */
    public int size() {
        return feeds.size();
    }

    /** Returns the job's feed, which is kept until {@link #leave} has been called as often. */
    JobFeed enter(String job) {
        JobFeed feed = feeds.compute(job, (key, present) -> {
            JobFeed used = present == null ? new JobFeed(vertx, log, key) : present;
            used.users++;
            return used;
        });
        if (feed.register()) {
            wakeups.add(job, feed.waker());
        }
        return feed;
    }

    /** Releases a feed. It is kept for a moment for watchers that return soon. */
    void leave(String job) {
        JobFeed left = feeds.computeIfPresent(job, (key, feed) -> {
            feed.users--;
            return feed;
        });
        if (left != null && left.users == 0) {
            vertx.timer(LINGER_MILLIS, TimeUnit.MILLISECONDS).onComplete(passed -> release(job));
        }
    }

    private void release(String job) {
        JobFeed[] removed = new JobFeed[1];
        feeds.computeIfPresent(job, (key, feed) -> {
            if (feed.users > 0) {
                return feed;
            }
            removed[0] = feed;
            return null;
        });
        if (removed[0] != null) {
            wakeups.remove(job, removed[0].waker());
            removed[0].close();
        }
    }
}
