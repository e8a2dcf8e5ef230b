package dev.rowhound.progress;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A position in a job's events: the last event that a watcher has. On the wire {@code <seq>.<mark>}; the mark
 * distinguishes the event from one with the same number in a history that Redis has lost.
 *
 * @param seq the event's sequence number, 0 before the first
 * @param mark the event's mark, 8 hexadecimal digits, empty before the first
 */
public record Cursor(long seq, String mark) {
    /** The position before the first event. */
    public static final Cursor START = new Cursor(0, "");

    private static final Pattern WIRE = Pattern.compile("(\\d{1,18})\\.([0-9a-f]{8})");

    /** Parses the wire form; returns null if it is invalid. */
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
