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
 * Where one watcher stands in all of a user's jobs, and which jobs are to be followed. Jobs are found in the user's
 * index by the time of their entry. Nodes' clocks differ, and entries are written before their jobs: so what was
 * entered within the last minute is looked at again and again, and remembered by its id. For one thread.
 */
public final class UserWatchState {
    /** By how much nodes' clocks may differ. */
    private static final long SKEW_MILLIS = Duration.ofMinutes(1).toMillis();

    /** How long a job that has ended is listed, so that a watcher that returns meanwhile does not see it again. */
    private static final long LISTED_MILLIS = Duration.ofMinutes(2).toMillis();

    /** A job that ended so long before a cursor was made, or later, may have ended unseen. */
    private static final long UNSEEN_MILLIS = Duration.ofSeconds(30).toMillis();

    /** Where no event is, so that a watcher of a job from there learns that it is lost. */
    private static final Cursor NOWHERE = new Cursor(Long.MAX_VALUE, "");

    private final UserIndex index;
    private final String user;
    private final LongSupplier clock;
    private final Map<String, Job> jobs = new HashMap<>();

    /** Unlisted jobs that were entered before are no fresh ones. */
    private final long fresh;

    private final Begin begin;

    /** Whether jobs were left out of the cursor that the watcher came with. */
    private final boolean cut;

    /** Unlisted jobs that are no fresh ones, but have ended from then on, may have done so unseen. */
    private long unseen;

    /** From when on the index is looked at next. */
    private long point;

    private boolean looked;

    /** What is known of a job, when it was entered and when it was seen to end; in milliseconds. */
    private record Job(Known known, long entered, long ended) {}

    /**
     * Where a watcher without a cursor begins.
     *
     * @param entered jobs created from then on begin with their first event even if they have ended
     * @param ended of other jobs, those that have ended from then on appear as they stand
     */
    public record Begin(long entered, long ended) {
        /** With the open jobs. */
        public static final Begin OPEN = new Begin(Long.MAX_VALUE, Long.MAX_VALUE);
    }

    /**
     * A job to be followed.
     *
     * @param cursor behind which event; one that is in no log where the watcher is to be given a snapshot first
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
                // Where jobs were left out, those may be among the ones that seem to be fresh.
                cursor.cut() ? Math.max(cursor.point(), cursor.made() + SKEW_MILLIS) : cursor.point(),
                cursor.made() - UNSEEN_MILLIS);
        this.point = cursor.point();
        this.looked = true;
        long now = clock.getAsLong();
        cursor.jobs().forEach((job, known) -> jobs.put(job, new Job(known, cursor.point(), now)));
    }

    private UserWatchState(
            UserIndex index, String user, LongSupplier clock, Begin begin, boolean cut, long fresh, long unseen) {
        this.index = index;
        this.user = user;
        this.clock = clock;
        this.begin = begin;
        this.cut = cut;
        this.fresh = fresh;
        this.unseen = unseen;
    }

    /** One of a cursor that is none, as if all jobs had been left out: each job appears as it stands. */
    static UserCursor lost(LongSupplier clock) {
        long now = clock.getAsLong();
        return new UserCursor(now - SKEW_MILLIS, now, true, Map.of());
    }

    /** The user's name. */
    public String user() {
        return user;
    }

    /** The jobs that are followed, and from where. */
    public List<Follow> followed() {
        List<Follow> followed = new ArrayList<>();
        jobs.forEach((job, known) -> {
            if (known.known().kind() == Kind.OPEN) {
                followed.add(new Follow(job, known.known().cursor()));
            } else if (known.known().kind() == Kind.LOST) {
                followed.add(new Follow(job, NOWHERE));
            }
        });
        return followed;
    }

    /**
     * Looks for jobs that are not followed yet.
     *
     * @param whole whether to look at all of the user's jobs, also for those that go on after their end
     * @return those to be followed from here on
     */
    public Future<List<Follow>> look(boolean whole) {
        long now = clock.getAsLong();
        return index.since(user, whole ? 0 : point).compose(entries -> {
            List<String> asked = entries.keySet().stream()
                    .filter(job -> asks(jobs.get(job), whole))
                    .toList();
            return index.standings(user, asked).map(standings -> {
                List<Follow> found = new ArrayList<>();
                for (int i = 0; i < asked.size(); i++) {
                    JobProgress standing = standings.get(i);
                    if (standing != null) {
                        meet(asked.get(i), entries.getOrDefault(asked.get(i), 0L), standing, found);
                    }
                }
                point = Math.max(point, now - SKEW_MILLIS);
                looked = true;
                if (!cut) {
                    // Whatever ends from here on was known before.
                    unseen = Long.MAX_VALUE;
                }
                forget(now);
                return found;
            });
        });
    }

    private static boolean asks(@Nullable Job job, boolean whole) {
        return job == null
                || whole && job.known().kind() != Kind.OPEN && job.known().kind() != Kind.LOST;
    }

    private void meet(String job, long entered, JobProgress standing, List<Follow> found) {
        Job before = jobs.get(job);
        Known known = before == null ? unknown(entered, standing) : again(before.known(), standing);
        if (known == null) {
            return;
        }
        boolean followed = known.kind() == Kind.OPEN || known.kind() == Kind.LOST;
        jobs.put(job, new Job(known, entered, standing.ended()));
        if (followed) {
            found.add(new Follow(job, known.kind() == Kind.LOST ? NOWHERE : known.cursor()));
        }
    }

    /** What becomes of a job that was not known; null where it does not matter. */
    private @Nullable Known unknown(long entered, JobProgress standing) {
        boolean first = !looked;
        if (first ? standing.open() || entered >= begin.entered() : entered >= fresh && entered >= point) {
            return new Known(Kind.OPEN, Cursor.START);
        }
        if (first) {
            return standing.ended() >= begin.ended() ? Known.LOST : Known.OVER;
        }
        if (standing.open() || standing.ended() >= unseen) {
            // It was left out of the cursor, or had ended and goes on.
            return Known.LOST;
        }
        return entered >= point ? Known.OVER : null;
    }

    /** What becomes of a job that had ended. */
    private static Known again(Known known, JobProgress standing) {
        if (known.kind() == Kind.ENDED) {
            boolean more = standing.open() || standing.seq() > known.cursor().seq();
            return more ? new Known(Kind.OPEN, known.cursor()) : known;
        }
        return standing.open() ? Known.LOST : known;
    }

    /** Whether a watcher that returns with a cursor would see wrong things if the job were not in it. */
    private boolean listed(Job job, long now) {
        boolean followed = job.known().kind() == Kind.OPEN || job.known().kind() == Kind.LOST;
        return followed || job.entered() >= point || job.ended() >= now - LISTED_MILLIS;
    }

    /** Lets go of what is of no use any more. A job that was seen to its end can go on behind it for longer. */
    private void forget(long now) {
        jobs.values()
                .removeIf(job ->
                        !listed(job, now) && (job.known().kind() == Kind.OVER || jobs.size() > UserIndex.MAX_JOBS));
    }

    /** The watcher has a job's events up to that one. */
    public void has(String job, Cursor cursor) {
        jobs.computeIfPresent(job, (id, known) -> new Job(new Known(Kind.OPEN, cursor), known.entered(), 0));
    }

    /** The watcher has the job's last event. */
    public void ended(String job) {
        jobs.computeIfPresent(
                job,
                (id, known) ->
                        new Job(new Known(Kind.ENDED, known.known().cursor()), known.entered(), clock.getAsLong()));
    }

    /** The job is no longer there. */
    public void gone(String job) {
        jobs.remove(job);
    }

    /** The wire form of this place. */
    public String cursor() {
        return cursor("", Cursor.START);
    }

    /** The wire form of this place, as it is once the watcher has that job's events up to that one. */
    public String cursor(String advanced, Cursor last) {
        long now = clock.getAsLong();
        // Those first that are missed most when there is no room.
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
