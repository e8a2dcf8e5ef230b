package dev.rowhound.cli.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Parser for event streams by the HTML standard ("Server-sent events"). Only an empty line completes an event: what a
 * broken connection leaves incomplete is dropped, including its id.
 */
public final class ServerSentEventParser {
    private final StringBuilder data = new StringBuilder();
    private boolean hasData;
    private String type = "";
    private String id;
    private @Nullable Duration retry;

    /** Creates a parser for a stream that continues after an event id, or from the start if it is empty. */
    public ServerSentEventParser(String lastId) {
        this.id = lastId;
    }

    /** Reads a line without its terminator and returns the event that it completes, or null. */
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

    /** Returns the server's latest reconnection time, or null. */
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
                // The standard says to ignore other fields.
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
