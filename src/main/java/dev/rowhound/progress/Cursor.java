package dev.rowhound.progress;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place in a job's events: the last one that a watcher has. On the wire {@code <seq>.<mark>}; the mark tells an event
 * from another of the same number in a history that the store has lost.
 *
 * @param seq the event's number, 0 before the first
 * @param mark the event's mark, 8 hexadecimal digits, empty before the first
 */
public record Cursor(long seq, String mark) {
    /** Before the first event. */
    public static final Cursor START = new Cursor(0, "");

    private static final Pattern WIRE = Pattern.compile("(\\d{1,18})\\.([0-9a-f]{8})");

    /** Reads the wire form; null for what is none. */
    public static @Nullable Cursor parse(String wire) {
        if (wire.equals("0") || wire.equals("0.")) {
            return START;
        }
        Matcher matcher = WIRE.matcher(wire);
        return matcher.matches() ? new Cursor(Long.parseLong(matcher.group(1)), matcher.group(2)) : null;
    }

    @Override
    public String toString() {
        return seq + "." + mark;
    }
}
