package dev.rowhound.fault;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a watcher knows: the events that it has applied since it began or since the last reset, as the very text that
 * came. A number out of its turn is a violation. Safe for use from any thread.
 */
final class AppliedLog {
    private static final Pattern HEAD = Pattern.compile(
            "\\{\"v\":1,\"id\":\"((\\d+)\\.[0-9a-f]{8})\",\"seq\":(\\d+),\"type\":\"([a-z_.]+)\",\"job\":\"[^\"]+\""
                    + ",\"gen\":\\d+,\"at\":\"([^\"]+)\".*",
            Pattern.DOTALL);

    /** One text for all watchers that were sent the same. */
    private static final Map<String, String> TEXTS = new ConcurrentHashMap<>();

    private final String name;
    private final List<String> events = new ArrayList<>();
    private final List<Long> delays = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private String base;
    private String lastId;
    private long lastSeq;
    private int resets;
    private int applied;

    /** Of a watcher of that name that has all up to a cursor, {@code 0} where it begins. */
    AppliedLog(String name, String cursor) {
        this.name = name;
        this.base = cursor;
        this.lastId = cursor;
        this.lastSeq = seq(cursor);
    }

    private static long seq(String cursor) {
        return Long.parseLong(cursor.replaceAll("\\..*", ""));
    }

    /** Applies an event; the id is what the connection says beside it, or null where it says none. */
    synchronized void event(String json, String id) {
        long now = System.currentTimeMillis();
        Matcher head = HEAD.matcher(json);
        if (!head.matches()) {
            wrong("is no event: " + json);
            return;
        }
        long seq = Long.parseLong(head.group(3));
        if (id != null && !id.equals(head.group(1))) {
            wrong("event " + head.group(1) + " came with the id " + id);
        }
        if (!head.group(2).equals(head.group(3))) {
            wrong("event " + head.group(1) + " has the number " + seq);
        }
        if (seq != lastSeq + 1) {
            wrong("event " + head.group(1) + " came behind " + lastId);
        }
        String text = TEXTS.putIfAbsent(json, json);
        events.add(text == null ? json : text);
        delays.add(now - Instant.parse(head.group(5)).toEpochMilli());
        lastId = head.group(1);
        lastSeq = seq;
        applied++;
    }

    /** Begins again behind that cursor. */
    synchronized void reset(String id) {
        if (!id.matches("\\d+\\.[0-9a-f]{8}")) {
            wrong("the reset's cursor is " + id);
            return;
        }
        resets++;
        events.clear();
        base = id;
        lastId = id;
        lastSeq = seq(id);
    }

    /** What the watcher did or was told that it may not be. */
    synchronized void wrong(String text) {
        violations.add(name + ": " + text);
    }

    /** The cursor to go on with. */
    synchronized String lastId() {
        return lastId;
    }

    synchronized int resets() {
        return resets;
    }

    /** How many events have come, those before a reset among them. */
    synchronized int applied() {
        return applied;
    }

    /** How long each event took from the store to here, in milliseconds, in the order in which they came. */
    synchronized List<Long> delays() {
        return List.copyOf(delays);
    }

    /** What is wrong with it, seeing that the job's events are those. */
    synchronized List<String> against(JobStream truth) {
        List<String> wrong = new ArrayList<>(violations);
        int from = truth.indexBehind(base);
        if (from < 0) {
            wrong.add(name + ": was reset to " + base + ", which is not in the stream");
            return wrong;
        }
        List<String> expected = truth.events().subList(from, truth.events().size());
        if (!events.equals(expected)) {
            int same = 0;
            while (same < Math.min(events.size(), expected.size())
                    && events.get(same).equals(expected.get(same))) {
                same++;
            }
            wrong.add(name + ": has " + events.size() + " events behind " + base + " where the stream has "
                    + expected.size() + "; the first " + same + " are equal, then it has "
                    + (same < events.size() ? events.get(same) : "nothing"));
        }
        return wrong;
    }

    /** Lets go of the texts that all watchers share. */
    static void forgetTexts() {
        TEXTS.clear();
    }
}
