package dev.rowhound.progress;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The jobs that are watched on this node, each read once for all its watchers. Safe for use from any thread. */
public final class JobFeeds {
    /** How long a feed stays that nobody watches, in milliseconds. */
    private static final long LINGER_MILLIS = 2000;

    private final Vertx vertx;
    private final EventLog log;
    private final Wakeups wakeups;
    private final ConcurrentHashMap<String, JobFeed> feeds = new ConcurrentHashMap<>();

    /** Feeds from that log, woken by those hints. */
    public JobFeeds(Vertx vertx, EventLog log, Wakeups wakeups) {
        this.vertx = vertx;
        this.log = log;
        this.wakeups = wakeups;
        new ProgressSignal(vertx).listen((job, progress) -> {
            JobFeed feed = feeds.get(job);
            if (feed != null) {
                feed.tell(progress);
            }
        });
    }

    /** Follows a job's events behind that cursor; to be started by {@link Watch#start}. */
    public Watch watch(String job, Cursor cursor, EventSink sink) {
        return new Watch(this, log, job, cursor, sink);
    }

    /** Tells how far a job is, a few times a second; to be started by {@link TotalsWatch#start}. */
    public TotalsWatch totals(String job, TotalsWatch.Sink sink) {
        return new TotalsWatch(this, job, sink);
    }

    /** Reads at most so many events behind a cursor, once. */
    public Future<EventLog.Read> read(String job, Cursor cursor, int most) {
        return log.after(job, cursor, most);
    }

    /** How many jobs are watched. */
    public int size() {
        return feeds.size();
    }

    /** The job's feed, which stays until {@link #leave} has been called as often. */
    JobFeed enter(String job) {
        JobFeed feed = feeds.compute(job, (key, present) -> {
            JobFeed used = present == null ? new JobFeed(vertx, log, key) : present;
            used.users++;
            return used;
        });
        if (feed.begin()) {
            wakeups.add(job, feed.waker());
        }
        return feed;
    }

    /** A watcher has gone. The feed itself stays for a moment, for those who come back at once. */
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
        JobFeed[] gone = new JobFeed[1];
        feeds.computeIfPresent(job, (key, feed) -> {
            if (feed.users > 0) {
                return feed;
            }
            gone[0] = feed;
            return null;
        });
        if (gone[0] != null) {
            wakeups.remove(job, gone[0].waker());
            gone[0].close();
        }
    }
}
