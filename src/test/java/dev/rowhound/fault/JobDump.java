package dev.rowhound.fault;

import dev.rowhound.redis.Keys;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A job's keys as they stood at one moment.
 *
 * @param m the record
 * @param states the state bytes
 * @param leases rows in flight and their deadlines
 * @param owners rows in flight and who may complete them
 * @param due rows to retry and their times
 * @param held rows that wait for their host and their times
 * @param repeats first rows and how often their keys come again
 * @param indexed whether the job is in the index of open jobs
 * @param results rows and {@code token|generation|result}; empty unless the whole was asked for
 * @param events the log; empty unless the whole was asked for
 */
record JobDump(
        String job,
        Map<String, String> m,
        String states,
        Map<Integer, String> leases,
        Map<Integer, String> owners,
        Map<Integer, String> due,
        Map<Integer, String> held,
        Map<Integer, Integer> repeats,
        boolean indexed,
        Map<Integer, String> results,
        List<LoggedEvent> events) {

    /**
     * An event as it is stored.
     *
     * @param counters its counters in the order of the store, the first being the number of rows
     */
    record LoggedEvent(long seq, String type, String mark, long at, int gen, int row, String counters, String data) {
        boolean terminal() {
            return type.equals("job.completed") || type.equals("job.failed") || type.equals("job.cancelled");
        }
    }

    /** Reads all but results and events. */
    static JobDump read(RespClient redis, String job) throws IOException {
        return read(redis, job, false);
    }

    /** Reads everything. */
    static JobDump whole(RespClient redis, String job) throws IOException {
        return read(redis, job, true);
    }

    private static JobDump read(RespClient redis, String job, boolean whole) throws IOException {
        Keys.Job keys = Keys.job(job);
        List<Object[]> commands = new ArrayList<>(List.of(
                new Object[] {"HGETALL", keys.meta()},
                new Object[] {"GET", keys.states()},
                new Object[] {"ZRANGE", keys.leases(), 0, -1, "WITHSCORES"},
                new Object[] {"HGETALL", keys.owners()},
                new Object[] {"ZRANGE", keys.due(), 0, -1, "WITHSCORES"},
                new Object[] {"ZRANGE", keys.held(), 0, -1, "WITHSCORES"},
                new Object[] {"HGETALL", keys.repeats()},
                new Object[] {"SISMEMBER", Keys.openJobs(job), job}));
        if (whole) {
            commands.add(new Object[] {"HGETALL", keys.results()});
            commands.add(new Object[] {"XRANGE", keys.events(), "-", "+"});
        }
        List<?> replies = redis.atOnce(commands);
        Map<Integer, Integer> repeats = new TreeMap<>();
        rows(replies.get(6)).forEach((row, times) -> repeats.put(row, Integer.valueOf(times)));
        return new JobDump(
                job,
                texts(replies.get(0)),
                replies.get(1) == null ? "" : (String) replies.get(1),
                rows(replies.get(2)),
                rows(replies.get(3)),
                rows(replies.get(4)),
                rows(replies.get(5)),
                repeats,
                replies.get(7).equals(1L),
                whole ? rows(replies.get(8)) : Map.of(),
                whole ? events((List<?>) replies.get(9)) : List.of());
    }

    private static Map<String, String> texts(Object pairs) {
        Map<String, String> map = new HashMap<>();
        List<?> list = (List<?>) pairs;
        for (int i = 0; i + 1 < list.size(); i += 2) {
            map.put((String) list.get(i), (String) list.get(i + 1));
        }
        return map;
    }

    private static Map<Integer, String> rows(Object pairs) {
        Map<Integer, String> rows = new TreeMap<>();
        texts(pairs).forEach((row, value) -> rows.put(Integer.valueOf(row), value));
        return rows;
    }

    private static List<LoggedEvent> events(List<?> entries) {
        List<LoggedEvent> events = new ArrayList<>();
        for (Object entry : entries) {
            List<?> parts = (List<?>) entry;
            String id = (String) parts.get(0);
            Map<String, String> fields = texts(parts.get(1));
            events.add(new LoggedEvent(
                    Long.parseLong(id.substring(0, id.indexOf('-'))),
                    fields.get("t"),
                    fields.get("h"),
                    Long.parseLong(fields.get("a")),
                    Integer.parseInt(fields.get("g")),
                    Integer.parseInt(fields.get("r")),
                    fields.get("c"),
                    parts.get(1).toString()));
        }
        return events;
    }

    /** Where the job stands, empty where there is none. */
    String state() {
        return m.getOrDefault("state", "");
    }

    boolean open() {
        return state().equals("receiving") || state().equals("running") || state().equals("paused");
    }

    boolean terminal() {
        return !state().isEmpty() && !open();
    }

    int number(String field) {
        return Integer.parseInt(m.getOrDefault(field, "0"));
    }

    int counter(char state) {
        return number("c:" + state);
    }

    /** How many rows have ended, by the counters. */
    int ended() {
        return "fnibxc".chars().map(state -> counter((char) state)).sum();
    }

    /** A row's state byte, from row 1; 0 where it was never touched. */
    char state(int row) {
        return row <= states.length() ? states.charAt(row - 1) : '\0';
    }
}
