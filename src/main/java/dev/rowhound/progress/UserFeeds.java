package dev.rowhound.progress;

import dev.rowhound.redis.RedisConnector;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/** Follows all jobs of a user, those that are opened later too. Safe for use from any thread. */
public final class UserFeeds {
    private final Vertx vertx;
    private final UserIndex index;
    private final JobFeeds feeds;
    private final Wakeups wakeups;

    /** For the jobs of that store, followed by those feeds and found by those hints. */
    public UserFeeds(Vertx vertx, RedisConnector redis, JobFeeds feeds, Wakeups wakeups) {
        this.vertx = vertx;
        this.index = new UserIndex(redis);
        this.feeds = feeds;
        this.wakeups = wakeups;
    }

    /** The place of a watcher that begins without a cursor. */
    public UserWatchState place(String user, UserWatchState.Begin begin) {
        return new UserWatchState(index, user, System::currentTimeMillis, begin);
    }

    /**
     * The place of a watcher that comes back. A cursor that is none stands for one that is lost.
     *
     * @param cursor what the watcher was sent, or null where it begins with the open jobs
     */
    public UserWatchState place(String user, @Nullable String cursor) {
        if (cursor == null) {
            return place(user, UserWatchState.Begin.OPEN);
        }
        UserCursor parsed = UserCursor.parse(cursor);
        return new UserWatchState(
                index,
                user,
                System::currentTimeMillis,
                parsed == null ? UserWatchState.lost(System::currentTimeMillis) : parsed);
    }

    /** Follows a user's jobs from a place, which is the watch's own from here on; to be started. */
    public UserWatch watch(UserWatchState place, EventSink sink) {
        return new UserWatch(vertx, feeds, wakeups, place, sink);
    }
}
