package dev.rowhound.front;

import dev.rowhound.http.EventStream;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A stream of events as it arrives, with the time of each. */
final class Watching implements AutoCloseable {
    private final HttpResponse<InputStream> response;
    private final BufferedReader lines;
    private final EventStream.Lines fields = new EventStream.Lines();

    Watching(HttpResponse<InputStream> response) {
        this.response = response;
        this.lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    /**
     * One event.
     *
     * @param id null for one that has none
     * @param millis when it came, by the system's clock
     */
    record Arrival(String id, String type, String data, long millis) {
        boolean heartbeat() {
            return "heartbeat".equals(type);
        }

        JsonObject json() {
            return new JsonObject(data);
        }

        int seq() {
            return json().getInteger("seq");
        }

        /** When it happened, by the system's clock. */
        long at() {
            return Instant.parse(json().getString("at")).toEpochMilli();
        }
    }

    HttpResponse<InputStream> response() {
        return response;
    }

    /** The next event, a heartbeat too, or null at the end of the stream. */
    Arrival next() throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            EventStream.Event event = fields.line(line);
            if (event != null) {
                return new Arrival(event.id(), event.type(), event.data(), System.currentTimeMillis());
            }
        }
        return null;
    }

    /** The next so many numbered events. */
    List<Arrival> take(int count) throws IOException {
        List<Arrival> taken = new ArrayList<>();
        while (taken.size() < count) {
            Arrival arrival = next();
            if (arrival == null) {
                throw new IOException("the stream ended after " + taken);
            }
            if (arrival.id() != null) {
                taken.add(arrival);
            }
        }
        return taken;
    }

    /** The numbered events up to the end of the stream. */
    List<Arrival> rest() throws IOException {
        List<Arrival> rest = new ArrayList<>();
        for (Arrival arrival = next(); arrival != null; arrival = next()) {
            if (arrival.id() != null) {
                rest.add(arrival);
            }
        }
        return rest;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
