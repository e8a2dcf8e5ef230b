package dev.rowhound.fault;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Watches a job at one node from its first event to its last, over one stream, and notes when each one came. */
final class TimedWatcher {
    private static final int SILENCE_MILLIS = 10_000;

    private final URI node;
    private final String job;
    private final Thread thread;
    private final List<Long> numbers = new ArrayList<>();
    private final List<Long> delays = new ArrayList<>();
    private String lastType = "";
    private Exception failure;

    TimedWatcher(URI node, String job) {
        this.node = node;
        this.job = job;
        this.thread = new Thread(this::watch, "watcher-" + job);
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        try {
            HttpURLConnection stream = (HttpURLConnection)
                    node.resolve(NodeApi.JOBS + "/" + job + "/events").toURL().openConnection();
            stream.setReadTimeout(SILENCE_MILLIS);
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(stream.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("data: {\"v\":")) {
                        take(new JsonObject(line.substring("data: ".length())), System.currentTimeMillis());
                    }
                }
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    private synchronized void take(JsonObject event, long millis) {
        numbers.add(event.getLong("seq"));
        delays.add(millis - Instant.parse(event.getString("at")).toEpochMilli());
        lastType = event.getString("type");
    }

    /** Waits until the stream has ended, which a node does behind the job's last event. */
    void awaitEnd(long seconds) throws Exception {
        thread.join(TimeUnit.SECONDS.toMillis(seconds));
        if (thread.isAlive()) {
            throw new AssertionError("the stream of " + node + " goes on after " + seconds + " s; it came to event "
                    + numbers().size());
        }
        if (failure != null) {
            throw new AssertionError("the stream of " + node + " broke", failure);
        }
    }

    /** The events' numbers as they came. */
    synchronized List<Long> numbers() {
        return List.copyOf(numbers);
    }

    synchronized String lastType() {
        return lastType;
    }

    /** How many milliseconds half of the events, the first ones apart, took at most from the store to here. */
    synchronized long medianDelay(int from) {
        List<Long> sorted =
                delays.subList(from, delays.size()).stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
