package dev.trawl.redis;

import java.util.List;

/**
 * Every key in the store, in one place. A job's keys share the hash slot <code>{j:&lt;id&gt;}</code>, so that a script
 * over them is atomic on a Redis Cluster too. The other slots hold indexes and hints that any node can rebuild.
 *
 * <p>No key of an open job expires; all keys of an ended one expire together.
 */
public final class Keys {
    /** How many sets the index of open jobs is spread over. */
    public static final int OPEN_SETS = 64;

    /** The virtual time of each job that may have work: a sorted set, a hint. */
    public static final String SCHEDULE = "{s}:vt";

    private Keys() {}

    /** A job's keys. */
    public static Job job(String id) {
        return new Job("{j:" + id + "}:");
    }

    /** One user's jobs by their time of creation, in milliseconds: a sorted set. Written before the job is opened. */
    public static String userJobs(String user) {
        return "{u:" + user + "}:jobs";
    }

    /** What became of a call that a user has named: a hash, kept for a day. */
    public static String reply(String user, String name) {
        return "{u:" + user + "}:idem:" + name;
    }

    /** The set of open jobs, of {@link #OPEN_SETS}, that this one belongs to. Written before the job is opened. */
    public static String openJobs(String job) {
        return openSet(Math.floorMod(job.hashCode(), OPEN_SETS));
    }

    /** One of the sets of open jobs, from 0. */
    public static String openSet(int number) {
        return "{i:" + number + "}:open";
    }

    /**
     * A job's keys.
     *
     * @param slot what they all begin with
     */
    public record Job(String slot) {
        /** Hash: state, counters, cursor, and what the job was opened with. */
        public String meta() {
            return slot + "m";
        }

        /** Stream of events, each with its number as {@code <seq>-0}. */
        public String events() {
            return slot + "ev";
        }

        /** Hash: chunk number → deflated rows. */
        public String input() {
            return slot + "in";
        }

        /** String: 4 bytes a chunk, the number of its first row, big-endian. */
        public String chunkIndex() {
            return slot + "ix";
        }

        /** String: a byte a row, see {@link dev.trawl.job.ItemState}; rows beyond its end are waiting. */
        public String states() {
            return slot + "st";
        }

        /** Sorted set: row in flight → deadline in milliseconds. */
        public String leases() {
            return slot + "lease";
        }

        /** Hash: row in flight → token, once started with {@code *} and the data of the event about that behind it. */
        public String owners() {
            return slot + "own";
        }

        /** Sorted set: row to retry → its time in milliseconds. */
        public String due() {
            return slot + "due";
        }

        /** Hash: row → {@code attempts:crashes:token of the last attempt that ended in a retry}. */
        public String attempts() {
            return slot + "att";
        }

        /** Hash: row → {@code token|generation|result}. */
        public String results() {
            return slot + "res";
        }

        /** Hash: first row of a key → how often the key came again. */
        public String repeats() {
            return slot + "dup";
        }

        /** Those that the scripts take which end attempts at items. */
        public List<String> forEnding() {
            return List.of(meta(), events(), states(), leases(), owners(), due(), attempts(), results(), repeats());
        }

        /** All of them. */
        public List<String> all() {
            return List.of(
                    meta(),
                    events(),
                    states(),
                    leases(),
                    owners(),
                    due(),
                    attempts(),
                    results(),
                    input(),
                    chunkIndex(),
                    repeats());
        }
    }
}
