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
 * Follows a job's events to its end. Reconnects after a broken, refused or silent connection with a growing pause, from
 * the last complete event.
 */
final class JobWatch {

    /**
     * The timing of reconnections.
     *
     * @param firstPause the pause before the first attempt, doubled for each one that fails
     * @param longestPause the limit of the pause
     * @param silence the time without data, including heartbeats every 15 s, after which the connection counts as lost
     * @param absence the time without any response, over all attempts, after which the watch fails
     */
    record ReconnectPolicy(Duration firstPause, Duration longestPause, Duration silence, Duration absence) {
        static final ReconnectPolicy DEFAULT = new ReconnectPolicy(
                Duration.ofMillis(500), Duration.ofSeconds(10), Duration.ofSeconds(45), Duration.ofMinutes(2));
    }

    /** Receives the events, on the watching thread. */
    interface EventListener {
        /** Receives a numbered event or a {@code reset}; heartbeats are left out. */
        void event(ServerSentEvent event);

        /** The connection was lost and will be reopened. */
        void reconnecting();
    }

    private final ServerClient server;
    private final String job;
    private final ReconnectPolicy policy;
    private final EventListener listener;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "rowhound-watch");
        thread.setDaemon(true);
        return thread;
    });
    private String cursor = "";
    /** Whether the last event ended a generation, which another one may follow. */
    private boolean terminal;

    private long lastDataNanos = System.nanoTime();
    private @Nullable Duration requestedPause;

    JobWatch(ServerClient server, String job, ReconnectPolicy policy, EventListener listener) {
        this.server = server;
        this.job = job;
        this.policy = policy;
        this.listener = listener;
    }

    /**
     * Blocks until the job has ended. May be called once.
     *
     * @param mayStillAppear whether a job that the server does not know may still appear, as its upload is under way;
     *     may throw to end the watch
     * @throws CommandFailure if the server does not know the job, refuses, or is unreachable for too long
     */
    void follow(BooleanSupplier mayStillAppear) throws InterruptedException {
        try {
            Duration pause = policy.firstPause;
            while (true) {
                boolean expected = mayStillAppear.getAsBoolean();
                String before = cursor;
                long dataBeforeNanos = lastDataNanos;
                IOException cause = null;
                try {
                    if (connect(expected)) {
                        return;
                    }
                } catch (IOException e) {
                    cause = e;
                }
                if (terminal && !cursor.equals(before)) {
                    continue; // ask at once whether this was the last generation
                }
                if (lastDataNanos != dataBeforeNanos) {
                    pause = requestedPause == null ? policy.firstPause : min(requestedPause, policy.longestPause);
                } else if (System.nanoTime() - lastDataNanos > policy.absence.toNanos()) {
                    throw server.unreachable(cause);
                }
                if (!expected) {
                    listener.reconnecting();
                }
                pause(pause);
                pause = min(pause.multipliedBy(2), policy.longestPause);
            }
        } finally {
            timer.shutdownNow();
        }
    }

    /** Opens one connection and returns whether the server says that the stream has ended. */
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
                        lastDataNanos = System.nanoTime();
                    } else if (!failure.retryable()) {
                        throw failure;
                    }
                    return false;
                }
            }
        }
    }

    /** Reads to the end of the stream or of a generation, after which the stream may stay open for a while. */
    private void read(InputStream body) throws IOException {
        ServerSentEventParser parser = new ServerSentEventParser(cursor);
        BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        while (true) {
            // A read has no time limit; closing the stream ends it.
            ScheduledFuture<?> limit =
                    timer.schedule(() -> close(body), policy.silence.toMillis(), TimeUnit.MILLISECONDS);
            String line;
            try {
                line = lines.readLine();
            } finally {
                limit.cancel(false);
            }
            if (line == null) {
                return;
            }
            lastDataNanos = System.nanoTime();
            ServerSentEvent event = parser.line(line);
            requestedPause = parser.retry() == null ? requestedPause : parser.retry();
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
            // The stream is closed anyway, and the reader notices.
        }
    }

    /** Waits with a random variation of a quarter, so that many clients do not reconnect at once. */
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
