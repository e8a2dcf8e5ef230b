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
final class EventStream implements AutoCloseable {
    private final HttpResponse<InputStream> response;
    private final BufferedReader lines;

    private EventStream(HttpResponse<InputStream> response) {
        this.response = response;
        this.lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    /** One event; the id or the type is null where none was sent. */
    record Event(String id, String type, String data) {
        JsonObject json() {
            return new JsonObject(data);
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
        String id = null;
        String type = null;
        String data = null;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty()) {
                if (data != null && !"heartbeat".equals(type)) {
                    return new Event(id, type, data);
                }
                id = null;
                type = null;
                data = null;
            } else if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("event: ")) {
                type = line.substring(7);
            } else if (line.startsWith("data: ")) {
                data = line.substring(6);
            } else if (!line.startsWith("retry: ")) {
                throw new IOException("an unknown line in the stream: " + line);
            }
        }
        if (id != null || type != null || data != null) {
            throw new IOException("the stream ended within an event: " + id + " " + type + " " + data);
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
