package dev.rowhound.cli.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Puts events together from a stream's lines, by the rules of the HTML standard ("Server-sent events"). An event
 * counts only with the empty line that ends it: what a cut connection leaves unfinished is dropped, its id too.
 */
public final class ServerSentEventParser {
    private final StringBuilder data = new StringBuilder();
    private boolean hasData;
    private String type = "";
    private String id;
    private @Nullable Duration retry;

    /** For a stream that continues after the event with that id; empty for one from the start. */
    public ServerSentEventParser(String lastId) {
        this.id = lastId;
    }

    /** Takes a line without its end, and returns the event that it completes, if it completes one. */
    @Nullable
    public ServerSentEvent line(String line) {
        if (line.isEmpty()) {
            return complete();
        }
        int colon = line.indexOf(':');
        if (colon == 0) {
            return null;
        }
        String field = colon < 0 ? line : line.substring(0, colon);
        String value = colon < 0 ? "" : line.substring(colon + 1);
        if (value.startsWith(" ")) {
            value = value.substring(1);
        }
        field(field, value);
        return null;
    }

    /** How long the server last asked to wait before a reconnect, or null if it never did. */
    @Nullable
    public Duration retry() {
        return retry;
    }

    private void field(String field, String value) {
        switch (field) {
            case "data" -> {
                if (hasData) {
                    data.append('\n');
                }
                data.append(value);
                hasData = true;
            }
            case "event" -> type = value;
            case "id" -> {
                if (value.indexOf('\0') < 0) {
                    id = value;
                }
            }
            case "retry" -> {
                if (value.matches("[0-9]{1,9}")) {
                    retry = Duration.ofMillis(Long.parseLong(value));
                }
            }
            default -> {
                // The standard: a field of another name is ignored.
            }
        }
    }

    private @Nullable ServerSentEvent complete() {
        ServerSentEvent event =
                hasData ? new ServerSentEvent(id, type.isEmpty() ? "message" : type, data.toString()) : null;
        data.setLength(0);
        hasData = false;
        type = "";
        return event;
    }
}
