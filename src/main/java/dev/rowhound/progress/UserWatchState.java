package dev.rowhound.progress;

import dev.rowhound.progress.UserCursor.Kind;
import dev.rowhound.progress.UserCursor.Known;
import dev.rowhound.progress.UserIndex.JobProgress;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One watcher's position in all of a user's jobs; decides which jobs to follow. Jobs are found in the user's index by
 * creation time. Nodes' clocks differ, and index entries are written before their jobs; so entries of the last minute
 * are re-examined and remembered by id. Not thread-safe.
 */
public final class UserWatchState {
    /** Maximum difference between nodes' clocks. */
    private static final long SKEW_MILLIS = Duration.ofMinutes(1).toMillis();

    /** How long an ended job stays listed, so that a watcher that returns meanwhile does not see it again. */
    private static final long LISTED_MILLIS = Duration.ofMinutes(2).toMillis();

    /** A job that ended later than this long before the cursor was created may have ended unseen by the watcher. */
    private static final long UNSEEN_MILLIS = Duration.ofSeconds(30).toMillis();

    /** A cursor in no log: a watcher of a job from here learns that it is lost. */
    private static final Cursor LOST_CURSOR = new Cursor(Long.MAX_VALUE, "");

    private final UserIndex index;
    private final String user;
    private final LongSupplier clock;
    private final Map<String, Job> jobs = new HashMap<>();

    /** Jobs created before this time and absent from the cursor are not new. */
    private final long newFrom;

    private final Begin begin;

    /** Whether the watcher's initial cursor omitted jobs. */
    private final boolean cut;

    /** Jobs that are not new and not listed, but ended from this time on, may have ended unseen. */
    private long unseenFrom;

    /** The time from which the next search reads the index. */
    private long point;

    private boolean looked;

    /** The watcher's position in a job, when it was created and when it was seen to end; in milliseconds. */
    private record Job(Known known, long entered, long ended) {}

    /**
     * Where a watch without a cursor starts.
     *
     * @param entered jobs created from this time on start with their first event even if they have ended
     * @param ended other jobs that ended from this time on appear as a snapshot
     */
    public record Begin(long entered, long ended) {
        /** Starts with the open jobs. */
        public static final Begin OPEN = new Begin(Long.MAX_VALUE, Long.MAX_VALUE);
    }

    /**
     * A job to follow.
     *
     * @param cursor the position to follow from; a cursor in no log if the watcher needs a snapshot first
     */
    public record Follow(String job, Cursor cursor) {}

    UserWatchState(UserIndex index, String user, LongSupplier clock, Begin begin) {
        this(index, user, clock, begin, false, Long.MIN_VALUE, Long.MAX_VALUE);
        this.point = clock.getAsLong() - SKEW_MILLIS;
    }

    UserWatchState(UserIndex index, String user, LongSupplier clock, UserCursor cursor) {
        this(
                index,
                user,
                clock,
                Begin.OPEN,
                cursor.cut(),
                // If jobs were omitted, they may be among those that seem to be new.
                cursor.cut() ? Math.max(cursor.point(), cursor.created() + SKEW_MILLIS) : cursor.point(),
                cursor.created() - UNSEEN_MILLIS);
        this.point = cursor.point();
        this.looked = true;
        long now = clock.getAsLong();
        cursor.jobs().forEach((job, known) -> jobs.put(job, new Job(known, cursor.point(), now)));
    }

    private UserWatchState(
            UserIndex index, String user, LongSupplier clock, Begin begin, boolean cut, long newFrom, long unseenFrom) {
        this.index = index;
        this.user = user;
        this.clock = clock;
        this.begin = begin;
        this.cut = cut;
        this.newFrom = newFrom;
        this.unseenFrom = unseenFrom;
    }

    /** Replaces a lost cursor, as if it had omitted all jobs: each job appears as a snapshot. */
    static UserCursor lost(LongSupplier clock) {
        long now = clock.getAsLong();
        return new UserCursor(now - SKEW_MILLIS, now, true, Map.of());
    }

    public String user() {
        return user;
    }

    /** Returns the followed jobs and their positions. */
    public List<Follow> followed() {
        List<Follow> followed = new ArrayList<>();
        jobs.forEach((job, known) -> {
            if (known.known().kind() == Kind.OPEN) {
                followed.add(new Follow(job, known.known().cursor()));
            } else if (known.known().kind() == Kind.LOST) {
                followed.add(new Follow(job, LOST_CURSOR));
            }
        });
        return followed;
    }

    /**
     * Searches for jobs that are not followed yet.
     *
     * @param whole whether to examine all of the user's jobs, also to find ended ones that were retried
     * @return the jobs to follow from now on
     */
    public Future<List<Follow>> poll(boolean whole) {
        long now = clock.getAsLong();
        return index.since(user, whole ? 0 : point).compose(entries -> {
            List<String> ids = entries.keySet().stream()
                    .filter(job -> needsPoll(jobs.get(job), whole))
                    .toList();
            return index.progressOf(user, ids).map(states -> {
                List<Follow> found = new ArrayList<>();
                for (int i = 0; i < ids.size(); i++) {
                    JobProgress progress = states.get(i);
                    if (progress != null) {
                        update(ids.get(i), entries.getOrDefault(ids.get(i), 0L), progress, found);
                    }
                }
                point = Math.max(point, now - SKEW_MILLIS);
                looked = true;
                if (!cut) {
                    // Jobs that end from now on were known before.
                    unseenFrom = Long.MAX_VALUE;
                }
                forget(now);
                return found;
            });
        });
    }

    private static boolean needsPoll(@Nullable Job job, boolean whole) {
        return job == null
                || whole && job.known().kind() != Kind.OPEN && job.known().kind() != Kind.LOST;
    }

    private void update(String job, long entered, JobProgress progress, List<Follow> found) {
        Job before = jobs.get(job);
        Known known = before == null ? unknown(entered, progress) : reopened(before.known(), progress);
        if (known == null) {
            return;
        }
        boolean followed = known.kind() == Kind.OPEN || known.kind() == Kind.LOST;
        jobs.put(job, new Job(known, entered, progress.ended()));
        if (followed) {
            found.add(new Follow(job, known.kind() == Kind.LOST ? LOST_CURSOR : known.cursor()));
        }
    }

    /** Decides about an unknown job; returns null to ignore it. */
    private @Nullable Known unknown(long entered, JobProgress progress) {
        boolean first = !looked;
        if (first ? progress.open() || entered >= begin.entered() : entered >= newFrom && entered >= point) {
            return new Known(Kind.OPEN, Cursor.START);
        }
        if (first) {
            return progress.ended() >= begin.ended() ? Known.LOST : Known.OVER;
        }
        if (progress.open() || progress.ended() >= unseenFrom) {
            // It was omitted from the cursor, or had ended and was retried.
            return Known.LOST;
        }
        return entered >= point ? Known.OVER : null;
    }

    /** Decides about a job that had ended. */
    private static Known reopened(Known known, JobProgress progress) {
        if (known.kind() == Kind.ENDED) {
            boolean more = progress.open() || progress.seq() > known.cursor().seq();
            return more ? new Known(Kind.OPEN, known.cursor()) : known;
        }
        return progress.open() ? Known.LOST : known;
    }

    /** Returns whether a returning watcher would see wrong events if the job were missing from its cursor. */
    private boolean listed(Job job, long now) {
        boolean followed = job.known().kind() == Kind.OPEN || job.known().kind() == Kind.LOST;
        return followed || job.entered() >= point || job.ended() >= now - LISTED_MILLIS;
    }

    /** Removes obsolete jobs. A job that was followed to its end is kept longer, because it may be retried. */
    private void forget(long now) {
        jobs.values()
                .removeIf(job ->
                        !listed(job, now) && (job.known().kind() == Kind.OVER || jobs.size() > UserIndex.MAX_JOBS));
    }

    /** Records that the watcher has a job's events up to the cursor. */
    public void advance(String job, Cursor cursor) {
        jobs.computeIfPresent(job, (id, known) -> new Job(new Known(Kind.OPEN, cursor), known.entered(), 0));
    }

    /** Records that the watcher has the job's last event. */
    public void ended(String job) {
        jobs.computeIfPresent(
                job,
                (id, known) ->
                        new Job(new Known(Kind.ENDED, known.known().cursor()), known.entered(), clock.getAsLong()));
    }

    /** Records that the job no longer exists. */
    public void remove(String job) {
        jobs.remove(job);
    }

    /** Returns the wire form of this position. */
    public String cursor() {
        return cursor("", Cursor.START);
    }

    /** Returns the wire form of this position after the watcher has received a job's events up to {@code last}. */
    public String cursor(String advanced, Cursor last) {
        long now = clock.getAsLong();
        // If there is no room for all, keep those that would be missed most.
        List<String> listed = jobs.entrySet().stream()
                .filter(job -> listed(job.getValue(), now))
                .sorted(Comparator.<Map.Entry<String, Job>>comparingInt(job -> rank(job.getValue()))
                        .thenComparingLong(job -> -job.getValue().entered()))
                .map(Map.Entry::getKey)
                .toList();
        boolean tooMany = listed.size() > UserCursor.MAX_JOBS;
        Map<String, Known> room = new HashMap<>();
        for (String job : tooMany ? listed.subList(0, UserCursor.MAX_JOBS) : listed) {
            Job known = jobs.get(job);
            if (job.equals(advanced)) {
                room.put(job, new Known(Kind.OPEN, last));
            } else if (known != null) {
                room.put(job, known.known());
            }
        }
        return new UserCursor(point, now, tooMany, room).toString();
    }

    private static int rank(Job job) {
        return job.known().kind() == Kind.LOST ? 0 : job.known().kind().ordinal();
    }
}
