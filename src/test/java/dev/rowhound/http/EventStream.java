package dev.rowhound.http;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Reads Server-Sent Events as they stand on the wire, stricter than a browser does. A read cannot be interrupted, so
 * that a test's time limit needs a thread of its own.
 */
public final class EventStream implements AutoCloseable {
    private final HttpResponse<InputStream> response;
    private final BufferedReader lines;
    private final Lines fields = new Lines();

    private EventStream(HttpResponse<InputStream> response) {
        this.response = response;
        this.lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    /** One event; the id or the type is null where none was sent. */
    public record Event(String id, String type, String data) {
        public JsonObject json() {
            return new JsonObject(data);
        }
    }

    /** Puts events together from the lines of a stream, which has no others than a node writes. */
    public static final class Lines {
        private String id;
        private String type;
        private String data;
        private int retryMillis;

        /**
         * The event that this line ends, or null.
         *
         * @throws IOException if a stream has no such line
         */
        public Event line(String line) throws IOException {
            Event event = null;
            if (line.isEmpty()) {
                event = data == null ? null : new Event(id, type, data);
                id = null;
                type = null;
                data = null;
            } else if (line.startsWith("id: ")) {
                id = line.substring("id: ".length());
            } else if (line.startsWith("event: ")) {
                type = line.substring("event: ".length());
            } else if (line.startsWith("data: ")) {
                data = line.substring("data: ".length());
            } else if (line.startsWith("retry: ")) {
                retryMillis = Integer.parseInt(line.substring("retry: ".length()));
            } else if (!line.equals(":")) {
                throw new IOException("an unknown line in the stream: " + line);
            }
            return event;
        }

        /** Whether an event has begun that has not ended. */
        boolean within() {
            return id != null || type != null || data != null;
        }

        /** How long the server asks to wait before the next connection, or 0. */
        public int retryMillis() {
            return retryMillis;
        }
    }

    static EventStream open(HttpClient client, HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            throw new IOException("no stream, but " + response);
        }
        return new EventStream(response);
    }

    HttpResponse<InputStream> response() {
        return response;
    }

    /** The next event that is no heartbeat, or null at the end of the stream. Waits for it. */
    Event next() throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Event event = fields.line(line);
            if (event != null && !"heartbeat".equals(event.type())) {
                return event;
            }
        }
        if (fields.within()) {
            throw new IOException("the stream ended within an event");
        }
        return null;
    }

    /** The events up to the first such one, included. */
    List<Event> until(Predicate<Event> last) throws IOException {
        List<Event> events = new ArrayList<>();
        Event event = next();
        while (event != null) {
            events.add(event);
            if (last.test(event)) {
                return events;
            }
            event = next();
        }
        throw new IOException("the stream ended too early, after " + events);
    }

    /** The events up to the end of the stream. */
    List<Event> rest() throws IOException {
        List<Event> events = new ArrayList<>();
        for (Event event = next(); event != null; event = next()) {
            events.add(event);
        }
        return events;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
