package dev.rowhound.redis;

import java.util.ArrayList;
import java.util.List;

/**
 * Defines every key in Redis. A job's keys share the hash slot <code>{j:&lt;id&gt;}</code>, so that a script over them
 * is atomic on a Redis Cluster too. All schedules share the slot <code>{c}</code>, all uploaded recipes
 * <code>{r}</code>. The other slots hold indexes and hints that any node can rebuild.
 *
 * <p>Keys of an open job never expire; all keys of an ended job expire together.
 */
public final class Keys {
    /** Number of sets that the index of open jobs is sharded over. */
    public static final int OPEN_SETS = 64;

    /** Virtual time of each user with jobs that may have work: a sorted set, a hint, see {@code scheduler.lua}. */
    public static final String VIRTUAL_TIMES = "{s}:vt";

    /** The virtual clock of users, and the users who left while ahead of it: a sorted set, a hint. */
    public static final String VIRTUAL_CLOCKS = "{s}:clock";

    /** When jobs and users entered the schedule, and their weights: a hash, a hint. */
    public static final String SCHEDULER_ENTRIES = "{s}:jobs";

    /** Like {@link #VIRTUAL_TIMES}, for jobs with items that wait for room to ask a person: a sorted set, a hint. */
    public static final String QUESTION_VIRTUAL_TIMES = "{s}:qvt";

    /** Like {@link #VIRTUAL_CLOCKS}, for those jobs: a sorted set, a hint. */
    public static final String QUESTION_VIRTUAL_CLOCKS = "{s}:qclock";

    /** Like {@link #SCHEDULER_ENTRIES}, for those jobs: a hash, a hint. */
    public static final String QUESTION_SCHEDULER_ENTRIES = "{s}:qjobs";

    /** Active schedules by the time of their next fire in milliseconds: a sorted set. */
    public static final String SCHEDULES_DUE = "{c}:due";

    /** Names of all users who have had jobs: a set, a hint. */
    public static final String USERS = "{a}:users";

    /** Mark of the artifact folder: a string. */
    public static final String ARTIFACT_FOLDER = "{a}:folder";

    /** Secret for deriving ids from names if none is configured: a string. */
    public static final String ID_SECRET = "{a}:secret";

    /** Number of sweeps of the artifact folder: a string. If it decreases, Redis has lost data. */
    public static final String ARTIFACT_SWEEPS = "{a}:sweeps";

    /** Hash: name of each uploaded recipe → newest version, upload time in milliseconds, and JSON for lists. */
    public static final String RECIPES = "{r}:all";

    /** Total size of all versions of all uploaded recipes in bytes: a string. */
    public static final String RECIPE_BYTES = "{r}:bytes";

    private static final String CHANNEL_HEAD = "user:";
    private static final String CHANNEL_TAIL = ":events";

    /** Pattern that matches the channels of all users. */
    public static final String ALL_USER_CHANNELS = CHANNEL_HEAD + "*" + CHANNEL_TAIL;

    private Keys() {}

    /**
     * Virtual time of each of a user's jobs that may have work; the scripts over {@link #VIRTUAL_TIMES} build this name too.
     */
    public static String virtualTimes(String user) {
        return VIRTUAL_TIMES + ":" + user;
    }

    /** The virtual clock of a user's jobs, like {@link #VIRTUAL_CLOCKS}; the scripts build this name too. */
    public static String virtualClocks(String user) {
        return VIRTUAL_CLOCKS + ":" + user;
    }

    public static Job job(String id) {
        return new Job("{j:" + id + "}:");
    }

    /** A user's jobs by creation time in milliseconds: a sorted set. Written before the job is opened. */
    public static String userJobs(String user) {
        return "{u:" + user + "}:jobs";
    }

    /** Pub/sub channel of a user's events, used while it has subscribers. */
    public static String userChannel(String user) {
        return CHANNEL_HEAD + user + CHANNEL_TAIL;
    }

    /** Returns the user of a channel. */
    public static String userOfChannel(String channel) {
        return channel.substring(CHANNEL_HEAD.length(), channel.length() - CHANNEL_TAIL.length());
    }

    /** Hash: which node publishes on a user's channel, until when, and how far it has read; kept for a minute. */
    public static String userPublisher(String user) {
        return "{u:" + user + "}:pub";
    }

    /** Outcome of a call with an idempotency key: a hash, kept for a day. */
    public static String reply(String user, String name) {
        return "{u:" + user + "}:idem:" + name;
    }

    /** The shard of the open-jobs index for this job. Written before the job is opened. */
    public static String openJobs(String job) {
        return openSet(openSetOf(job));
    }

    /** Exists briefly while a node handles this shard of open jobs: a string, a hint. */
    public static String sweep(int number) {
        return "{i:" + number + "}:sweep";
    }

    /** Returns the number of a job's shard, from 0. */
    public static int openSetOf(String job) {
        return Math.floorMod(job.hashCode(), OPEN_SETS);
    }

    /** The shard of the all-jobs index for this job. Written before the job is opened. */
    public static String allJobs(String job) {
        return allSet(openSetOf(job));
    }

    /** A shard of the all-jobs index, from 0; it may contain jobs that no longer exist. */
    public static String allSet(int number) {
        return "{i:" + number + "}:all";
    }

    /** A shard of the open-jobs index, from 0. */
    public static String openSet(int number) {
        return "{i:" + number + "}:open";
    }

    /** Hash: a schedule's parameters, next fire, last jobs, and the lease on its fire. */
    public static String schedule(String id) {
        return "{c}:s:" + id;
    }

    /** Hash: name of each of a user's schedules → id. */
    public static String userSchedules(String user) {
        return "{c}:u:" + user;
    }

    /**
     * Hash: {@code newest} and {@code first}, the range of a recipe's kept versions; {@code d<version>} and
     * {@code i<version>}, the document of each and who uploaded it when; {@code last}, the highest version ever
     * assigned, which outlives the recipe for some time.
     */
    public static String recipe(String name) {
        return "{r}:n:" + name;
    }

    /** A user's open jobs by admission time in milliseconds: a sorted set. */
    public static String userOpen(String user) {
        return "{u:" + user + "}:open";
    }

    /** A user's running items under a quota: a sorted set, holder → deadline in microseconds. */
    public static String userRunning(String user) {
        return "{u:" + user + "}:run";
    }

    /** Rows that a user uploaded on a UTC day, such as {@code 2026-11-22}: a hash, see {@code quota_rows-1.lua}. */
    public static String userRows(String user, String day) {
        return "{u:" + user + "}:rows:" + day;
    }

    public static Host host(String name) {
        return new Host("{h:" + name + "}:");
    }

    /**
     * The keys of a host's limits. They expire when nothing starts there for a while.
     *
     * @param slot the common prefix of the keys
     */
    public record Host(String slot) {
        /** Hash: the host's GCRA clocks and pause, see {@code host_acquire-2.lua} and {@code host_slow-1.lua}. */
        public String limits() {
            return slot + "lim";
        }

        /** Sorted set: permit → deadline in microseconds. */
        public String running() {
            return slot + "run";
        }
    }

    /**
     * The shard of ended, not yet compacted jobs for this job: a sorted set by the earliest time of compaction in
     * milliseconds; a hint.
     */
    public static String endedJobs(String job) {
        return endedSet(openSetOf(job));
    }

    /** A shard of the ended jobs, from 0. */
    public static String endedSet(int number) {
        return "{i:" + number + "}:done";
    }

    /**
     * The keys of a job.
     *
     * @param slot the common prefix of the keys
     */
    public record Job(String slot) {
        /** Hash: state, counters, cursor and parameters. */
        public String meta() {
            return slot + "m";
        }

        /** Stream of events with the ids {@code <seq>-0}. */
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

        /** String: a byte a row, see {@link dev.rowhound.job.ItemState}; rows beyond its end are waiting. */
        public String states() {
            return slot + "st";
        }

        /** String: a byte a row, see {@link dev.rowhound.job.ErrorCode#code}; 0 or missing means no error. */
        public String errors() {
            return slot + "ec";
        }

        /** Sorted set: row in progress → lease deadline in milliseconds. */
        public String leases() {
            return slot + "lease";
        }

        /**
         * Hash: row in progress → token; followed by {@code ~} if the row has waited for its host, by {@code ?} if it
         * has waited for room for its question; once started, by {@code *} and the data of the start event.
         */
        public String owners() {
            return slot + "own";
        }

        /** Sorted set: row to retry → time of the retry in milliseconds. */
        public String due() {
            return slot + "due";
        }

        /**
         * Sorted set: row that waits for its host → when it may be claimed again, in milliseconds; row that waits for
         * room for its question → the time from which it may be processed, plus 10^15.
         */
        public String held() {
            return slot + "hold";
        }

        /** Sorted set: host → the last time in {@link #held} assigned to one of its rows. */
        public String heldHosts() {
            return slot + "hq";
        }

        /** Hash: row → {@code unfinished attempts:crashes:last token that returned the row}. */
        public String attempts() {
            return slot + "att";
        }

        /** Hash: row → {@code token|generation|result}. */
        public String results() {
            return slot + "res";
        }

        /** Hash: first row of a key → number of repetitions of the key. */
        public String repeats() {
            return slot + "dup";
        }

        /** Hash: row with an open question → {@code question's id|deadline in ms|1 if a text is wanted|question}. */
        public String questions() {
            return slot + "ask";
        }

        /**
         * Hash: row → the last answer a person gave, {@code question's id|digest|answer}; the answer itself is removed
         * when the row ends.
         */
        public String answers() {
            return slot + "ans";
        }

        /** Keys of the scripts that store questions and answers. */
        public List<String> forAsking() {
            return List.of(meta(), events(), states(), owners(), questions(), answers());
        }

        /** Keys of the script that appends rows. */
        public List<String> forAppending() {
            return List.of(meta(), events(), input(), chunkIndex(), states(), repeats());
        }

        /** Keys of the scripts that end attempts. */
        public List<String> forEnding() {
            return List.of(
                    meta(),
                    events(),
                    states(),
                    errors(),
                    leases(),
                    owners(),
                    due(),
                    attempts(),
                    results(),
                    repeats(),
                    questions(),
                    answers());
        }

        /** Keys of the script that maintains an open job. */
        public List<String> forTick() {
            List<String> keys = new ArrayList<>(forEnding());
            keys.add(held());
            keys.add(heldHosts());
            return keys;
        }

        /** The record, followed by the keys that an ended job no longer needs once its results are in a segment. */
        public List<String> forCompacting() {
            return List.of(
                    meta(),
                    results(),
                    attempts(),
                    owners(),
                    leases(),
                    due(),
                    held(),
                    heldHosts(),
                    questions(),
                    answers());
        }

        /** All keys of the job. */
        public List<String> all() {
            List<String> keys = new ArrayList<>(forTick());
            keys.add(input());
            keys.add(chunkIndex());
            return keys;
        }
    }
}
