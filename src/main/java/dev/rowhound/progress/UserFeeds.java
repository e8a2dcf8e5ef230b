package dev.rowhound.progress;

import dev.rowhound.redis.RedisConnector;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/** Follows all jobs of a user, including those created later. Thread-safe. */
public final class UserFeeds {
    private final Vertx vertx;
    private final UserIndex index;
    private final JobFeeds feeds;
    private final Wakeups wakeups;

    public UserFeeds(Vertx vertx, RedisConnector redis, JobFeeds feeds, Wakeups wakeups) {
        this.vertx = vertx;
        this.index = new UserIndex(redis);
        this.feeds = feeds;
        this.wakeups = wakeups;
    }

    /** Returns the initial state of a watcher without a cursor. */
    public UserWatchState watchState(String user, UserWatchState.Begin begin) {
        return new UserWatchState(index, user, System::currentTimeMillis, begin);
    }

    /**
     * Returns the state of a returning watcher. An invalid cursor counts as lost.
     *
     * @param cursor the watcher's cursor, or null to start with the open jobs
     */
    public UserWatchState watchState(String user, @Nullable String cursor) {
        if (cursor == null) {
            return watchState(user, UserWatchState.Begin.OPEN);
        }
        UserCursor parsed = UserCursor.parse(cursor);
        return new UserWatchState(
                index,
                user,
                System::currentTimeMillis,
                parsed == null ? UserWatchState.lost(System::currentTimeMillis) : parsed);
    }

    /** Creates a watch of a user's jobs that takes over the state; start it with {@link UserWatch#start}. */
    public UserWatch watch(UserWatchState state, EventSink sink) {
        return new UserWatch(vertx, feeds, wakeups, state, sink);
    }
}
