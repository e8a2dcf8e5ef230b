package dev.rowhound.cli.run;

import dev.rowhound.cli.client.ApiFailure;
import dev.rowhound.cli.client.ServerClient;
import dev.rowhound.cli.client.ServerSentEvent;
import dev.rowhound.cli.client.ServerSentEventParser;
import dev.rowhound.cli.console.CommandFailure;
import dev.rowhound.job.event.EventType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows a job's events to its end. A connection that is cut, refused or silent is made again after a growing pause,
 * from the last event that came whole.
 */
final class JobWatch {

    /**
     * How patient a watch is.
     *
     * @param firstPause before the first reconnect; doubled for each that fails
     * @param longestPause what the doubling stops at
     * @param silence how long nothing may come, heartbeats every 15 s counted, until the connection is taken for dead
     * @param absence how long nothing may be heard of the server, over all tries, until the watch ends
     */
    record Patience(Duration firstPause, Duration longestPause, Duration silence, Duration absence) {
        static final Patience DEFAULT = new Patience(
                Duration.ofMillis(500), Duration.ofSeconds(10), Duration.ofSeconds(45), Duration.ofMinutes(2));
    }

    /** Told what the watch sees, in the watching thread. */
    interface EventListener {
        /** An event, numbered or {@code reset}; without heartbeats. */
        void event(ServerSentEvent event);

        /** The connection is lost and will be made again. */
        void reconnecting();
    }

    private final ServerClient server;
    private final String job;
    private final Patience patience;
    private final EventListener listener;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "rowhound-watch");
        thread.setDaemon(true);
        return thread;
    });
    private String cursor = "";
    /** Whether the last event was the end of a generation, which a later one may follow. */
    private boolean terminal;

    private long heardAt = System.nanoTime();
    private @Nullable Duration askedPause;

    JobWatch(ServerClient server, String job, Patience patience, EventListener listener) {
        this.server = server;
        this.job = job;
        this.patience = patience;
        this.listener = listener;
    }

    /**
     * Returns when the job has ended. To be called once.
     *
     * @param mayComeYet whether a job that the server does not know may still come, for its upload is under way; it
     *     may throw to end the watch
     * @throws CommandFailure if the server does not know the job, refuses, or stays away too long
     */
    void follow(BooleanSupplier mayComeYet) throws InterruptedException {
        try {
            Duration pause = patience.firstPause;
            while (true) {
                boolean expected = mayComeYet.getAsBoolean();
                String before = cursor;
                long heardBefore = heardAt;
                IOException cause = null;
                try {
                    if (connect(expected)) {
                        return;
                    }
                } catch (IOException e) {
                    cause = e;
                }
                if (terminal && !cursor.equals(before)) {
                    continue; // to ask at once whether that was the last generation's end
                }
                if (heardAt != heardBefore) {
                    pause = askedPause == null ? patience.firstPause : min(askedPause, patience.longestPause);
                } else if (System.nanoTime() - heardAt > patience.absence.toNanos()) {
                    throw server.unreachable(cause);
                }
                if (!expected) {
                    listener.reconnecting();
                }
                pause(pause);
                pause = min(pause.multipliedBy(2), patience.longestPause);
            }
        } finally {
            timer.shutdownNow();
        }
    }

    /** One connection; true if the server says that nothing follows the last event. */
    private boolean connect(boolean expected) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = server.events(job, cursor);
        try (InputStream body = response.body()) {
            switch (response.statusCode()) {
                case 200 -> {
                    read(body);
                    return false;
                }
                case 204 -> {
                    return true;
                }
                default -> {
                    ApiFailure failure = server.failure(response, body);
                    if (failure.status() == 404 && expected) {
                        heardAt = System.nanoTime();
                    } else if (!failure.passing()) {
                        throw failure;
                    }
                    return false;
                }
            }
        }
    }

    /** Reads to the stream's end, or to a generation's, behind which the stream may stay open for a while. */
    private void read(InputStream body) throws IOException {
        ServerSentEventParser parser = new ServerSentEventParser(cursor);
        BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        while (true) {
            // A read has no time limit; to close the stream under it ends it.
            ScheduledFuture<?> limit =
                    timer.schedule(() -> close(body), patience.silence.toMillis(), TimeUnit.MILLISECONDS);
            String line;
            try {
                line = lines.readLine();
            } finally {
                limit.cancel(false);
            }
            if (line == null) {
                return;
            }
            heardAt = System.nanoTime();
            ServerSentEvent event = parser.line(line);
            askedPause = parser.retry() == null ? askedPause : parser.retry();
            if (event != null && !event.type().equals("heartbeat")) {
                cursor = event.id();
                listener.event(event);
                terminal = EventType.isTerminal(event.type());
                if (terminal) {
                    return;
                }
            }
        }
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            // It is closed all the same, and the reader learns of it.
        }
    }

    /** Up to a quarter more or less, so that many watchers of one server do not come back in one instant. */
    private void pause(Duration length) throws InterruptedException {
        double factor = 0.75 + ThreadLocalRandom.current().nextDouble() / 2;
        try {
            timer.schedule(() -> {}, (long) (length.toMillis() * factor), TimeUnit.MILLISECONDS)
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
