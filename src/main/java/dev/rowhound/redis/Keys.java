package dev.rowhound.redis;

import java.util.ArrayList;
import java.util.List;

/**
 * Every key in the store, in one place. A job's keys share the hash slot <code>{j:&lt;id&gt;}</code>, so that a script
 * over them is atomic on a Redis Cluster too. All schedules share the slot <code>{c}</code>, all
 * uploaded recipes <code>{r}</code>. The other slots hold indexes
 * and hints that any node can rebuild.
 *
 * <p>No key of an open job expires; all keys of an ended one expire together.
 */
public final class Keys {
    /** How many sets the index of open jobs is spread over. */
    public static final int OPEN_SETS = 64;

    /** The virtual time of each user who has jobs that may have work: a sorted set, a hint, see {@code turns.lua}. */
    public static final String TURNS = "{s}:vt";

    /** The clock of users' turns, and those who have left and are ahead of it: a sorted set, a hint. */
    public static final String TURN_CLOCKS = "{s}:clock";

    /** When jobs and users entered the turns, and their weights: a hash, a hint. */
    public static final String TURN_ENTRIES = "{s}:jobs";

    /** As {@link #TURNS}, of jobs with items that wait for room to ask a person: a sorted set, a hint. */
    public static final String QUESTION_TURNS = "{s}:qvt";

    /** As {@link #TURN_CLOCKS}, of those jobs: a sorted set, a hint. */
    public static final String QUESTION_TURN_CLOCKS = "{s}:qclock";

    /** As {@link #TURN_ENTRIES}, of those jobs: a hash, a hint. */
    public static final String QUESTION_TURN_ENTRIES = "{s}:qjobs";

    /** The schedules that are not paused, by the time of their next fire in milliseconds: a sorted set. */
    public static final String SCHEDULES_DUE = "{c}:due";

    /** The names of all users who have had jobs: a set, a hint. */
    public static final String USERS = "{a}:users";

    /** The mark of the folder that the files of jobs are kept in: a string. */
    public static final String ARTIFACT_FOLDER = "{a}:folder";

    /** The secret under which ids follow from names, where none is configured: a string. */
    public static final String ID_SECRET = "{a}:secret";

    /** How many sweeps of that folder there were: a string. A number that goes back tells that the store has lost some. */
    public static final String ARTIFACT_SWEEPS = "{a}:sweeps";

    /** Hash: the names of the uploaded recipes → newest version, time of its upload in milliseconds, and JSON for lists. */
    public static final String RECIPES = "{r}:all";

    /** How many bytes all versions of all uploaded recipes have: a string. */
    public static final String RECIPE_BYTES = "{r}:bytes";

    private static final String CHANNEL_HEAD = "user:";
    private static final String CHANNEL_TAIL = ":events";

    /** What the names of all users' channels match. */
    public static final String ALL_USER_CHANNELS = CHANNEL_HEAD + "*" + CHANNEL_TAIL;

    private Keys() {}

    /** The virtual time of each of a user's jobs that may have work; the scripts over {@link #TURNS} make that name. */
    public static String turnsOf(String user) {
        return TURNS + ":" + user;
    }

    /** The clock of a user's jobs, as {@link #TURN_CLOCKS}; the scripts over those make that name. */
    public static String turnClocksOf(String user) {
        return TURN_CLOCKS + ":" + user;
    }

    /** A job's keys. */
    public static Job job(String id) {
        return new Job("{j:" + id + "}:");
    }

    /** One user's jobs by their time of creation, in milliseconds: a sorted set. Written before the job is opened. */
    public static String userJobs(String user) {
        return "{u:" + user + "}:jobs";
    }

    /** The channel that a user's events are published on while somebody is subscribed to it. */
    public static String userChannel(String user) {
        return CHANNEL_HEAD + user + CHANNEL_TAIL;
    }

    /** The user whose channel has that name. */
    public static String userOfChannel(String channel) {
        return channel.substring(CHANNEL_HEAD.length(), channel.length() - CHANNEL_TAIL.length());
    }

    /** Hash: which node publishes on a user's channel, until when, and how far it has come; kept for a minute. */
    public static String userPublisher(String user) {
        return "{u:" + user + "}:pub";
    }

    /** What became of a call that a user has named: a hash, kept for a day. */
    public static String reply(String user, String name) {
        return "{u:" + user + "}:idem:" + name;
    }

    /** The set of open jobs, of {@link #OPEN_SETS}, that this one belongs to. Written before the job is opened. */
    public static String openJobs(String job) {
        return openSet(openSetOf(job));
    }

    /** Stands for a short time while one node looks after that set of open jobs: a string, a hint. */
    public static String sweep(int number) {
        return "{i:" + number + "}:sweep";
    }

    /** The number of the set of open jobs that this one belongs to, from 0. */
    public static int openSetOf(String job) {
        return Math.floorMod(job.hashCode(), OPEN_SETS);
    }

    /** The set of all jobs, of {@link #OPEN_SETS}, that this one belongs to. Written before the job is opened. */
    public static String allJobs(String job) {
        return allSet(openSetOf(job));
    }

    /** One of the sets of all jobs, from 0; a set may have jobs that have gone. */
    public static String allSet(int number) {
        return "{i:" + number + "}:all";
    }

    /** One of the sets of open jobs, from 0. */
    public static String openSet(int number) {
        return "{i:" + number + "}:open";
    }

    /** Hash: what a schedule was made with, its next fire, its last jobs, and who makes the fire. */
    public static String schedule(String id) {
        return "{c}:s:" + id;
    }

    /** Hash: the names of one user's schedules → their ids. */
    public static String userSchedules(String user) {
        return "{c}:u:" + user;
    }

    /**
     * Hash: {@code newest} and {@code first}, the versions of an uploaded recipe that are kept; {@code d<version>} and
     * {@code i<version>}, what each says and who uploaded it when; {@code last}, the highest number that was ever given,
     * which outlives the recipe by some time.
     */
    public static String recipe(String name) {
        return "{r}:n:" + name;
    }

    /** One user's open jobs, each with the time of its admission in milliseconds: a sorted set. */
    public static String userOpen(String user) {
        return "{u:" + user + "}:open";
    }

    /** The items of one user's jobs that run under a quota: a sorted set, holder → deadline in microseconds. */
    public static String userRunning(String user) {
        return "{u:" + user + "}:run";
    }

    /** How many rows a user has uploaded on a day of UTC, as {@code 2026-11-22}: a hash, see {@code quota_rows-1.lua}. */
    public static String userRows(String user, String day) {
        return "{u:" + user + "}:rows:" + day;
    }

    /** The keys of a host's limits. */
    public static Host host(String name) {
        return new Host("{h:" + name + "}:");
    }

    /**
     * The keys of a host's limits. They vanish by themselves when nothing starts there.
     *
     * @param slot what they all begin with
     */
    public record Host(String slot) {
        /** Hash: the host's clocks and pause, see {@code host_acquire-2.lua} and {@code host_slow-1.lua}. */
        public String limits() {
            return slot + "lim";
        }

        /** Sorted set: pass → deadline in microseconds. */
        public String running() {
            return slot + "run";
        }
    }

    /**
     * The set of ended jobs, of {@link #OPEN_SETS}, that this one belongs to until its results are compacted: a sorted
     * set by the time from which on they may be, in milliseconds; a hint.
     */
    public static String endedJobs(String job) {
        return endedSet(Math.floorMod(job.hashCode(), OPEN_SETS));
    }

    /** One of the sets of ended jobs, from 0. */
    public static String endedSet(int number) {
        return "{i:" + number + "}:done";
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

        /** String: a byte a row, see {@link dev.rowhound.job.ItemState}; rows beyond its end are waiting. */
        public String states() {
            return slot + "st";
        }

        /** String: a byte a row, see {@link dev.rowhound.job.ErrorCode#code}; rows without an error have none or 0. */
        public String errors() {
            return slot + "ec";
        }

        /** Sorted set: row in flight → deadline in milliseconds. */
        public String leases() {
            return slot + "lease";
        }

        /**
         * Hash: row in flight → token; {@code ~} behind it if the row has waited for its host, {@code ?} if it has
         * waited for room for its question; once started, {@code *} and the data of the event about that.
         */
        public String owners() {
            return slot + "own";
        }

        /** Sorted set: row to retry → its time in milliseconds. */
        public String due() {
            return slot + "due";
        }

        /**
         * Sorted set: row that waits for its host → when that may be asked again, in milliseconds; row that waits for
         * room for its question → from when it may be looked up, and 10^15 more.
         */
        public String held() {
            return slot + "hold";
        }

        /** Sorted set: host → the last time in {@link #held} that was given to a row of it. */
        public String heldHosts() {
            return slot + "hq";
        }

        /** Hash: row → {@code tries that came to no end:crashes:last token that gave the row back}. */
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

        /** Hash: row that waits for a person → {@code question's id|until when in ms|1 if a text is wanted|question}. */
        public String questions() {
            return slot + "ask";
        }

        /**
         * Hash: row → the last answer that a person gave for it, {@code question's id|digest|answer}; the answer itself
         * goes once the row is done with.
         */
        public String answers() {
            return slot + "ans";
        }

        /** Those of the scripts that put a question, and that take its answer. */
        public List<String> forAsking() {
            return List.of(meta(), events(), states(), owners(), questions(), answers());
        }

        /** Those of the script that brings rows. */
        public List<String> forAppending() {
            return List.of(meta(), events(), input(), chunkIndex(), states(), repeats());
        }

        /** Those that the scripts take which end attempts at items. */
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

        /** Those of the script that looks after an open job. */
        public List<String> forTick() {
            List<String> keys = new ArrayList<>(forEnding());
            keys.add(held());
            keys.add(heldHosts());
            return keys;
        }

        /** The record, and those that an ended job does without once its results are in a segment. */
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

        /** All of them. */
        public List<String> all() {
            List<String> keys = new ArrayList<>(forTick());
            keys.add(input());
            keys.add(chunkIndex());
            return keys;
        }
    }
}
