package dev.rowhound.fault;

import java.util.ArrayList;
import java.util.List;

/** The answer to a poll, taken apart without changing a byte of its events. */
final class PollBody {
    private static final String EVENTS = "\"events\":[";

    private PollBody() {}

    /** The text of each event. */
    static List<String> events(String body) {
        List<String> events = new ArrayList<>();
        int depth = 0;
        boolean quoted = false;
        int start = -1;
        for (int i = body.indexOf(EVENTS) + EVENTS.length(); i < body.length(); i++) {
            char c = body.charAt(i);
            if (quoted) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == '{') {
                if (depth++ == 0) {
                    start = i;
                }
            } else if (c == '}') {
                if (--depth == 0) {
                    events.add(body.substring(start, i + 1));
                }
            } else if (c == ']' && depth == 0) {
                break;
            }
        }
        return events;
    }
}
