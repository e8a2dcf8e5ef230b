package dev.rowhound.process;

import dev.rowhound.Await;
import dev.rowhound.http.EventStream;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Watches a job as {@code docs/wire.md} asks of a client: applies the numbered events in order, keeps the last id, and
 * opens the stream again with it after any end but the last. It keeps all that it is sent, repeats too.
 */
final class Watcher implements AutoCloseable {
    private static final Set<String> LAST = Set.of("job.completed", "job.failed", "job.cancelled");
    private static final long PAUSE_MILLIS = 100;

    private final URI stream;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<JsonObject> events = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Thread thread = new Thread(this::watch, "watcher");
    private String lastId = "";
    private volatile int resets;
    private volatile int endsInOrder;
    private volatile int cuts;

    private Watcher(URI stream) {
        this.stream = stream;
    }

    /** Begins to watch the job of a node; a node that comes after it has to have the same address. */
    static Watcher of(ServedNode node, String job) {
        Watcher watcher = new Watcher(node.address().resolve("/api/v1/jobs/" + job + "/events"));
        watcher.thread.setDaemon(true);
        watcher.thread.start();
        return watcher;
    }

    /** The numbered events so far, in the order in which they came. */
    synchronized List<JsonObject> events() {
        return List.copyOf(events);
    }

    /** How often the stream was set back to a snapshot. */
    int resets() {
        return resets;
    }

    /** How often the stream was ended by the server in good order before the job had. */
    int endsInOrder() {
        return endsInOrder;
    }

    /** How often the connection was cut. */
    int cuts() {
        return cuts;
    }

    /** Waits for an event, which may have come before. */
    void await(Duration limit, String what, Predicate<JsonObject> condition) throws Exception {
        Await.until(what, limit, () -> events().stream().anyMatch(condition));
    }

    /** Waits until so many rows have ended. */
    void awaitEnded(int rows, Duration limit) throws Exception {
        await(limit, rows + " rows have ended", event -> endedRows(event) >= rows);
    }

    /** Waits for the job's last event. */
    void awaitEnd(Duration limit) throws Exception {
        ended.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** How many rows have ended, by an event's counters. */
    static int endedRows(JsonObject event) {
        JsonObject counters = event.getJsonObject("counters");
        return Stream.of("found", "not_found", "invalid_input", "blocked", "failed", "cancelled")
                .mapToInt(counters::getInteger)
                .sum();
    }

    @Override
    public void close() throws InterruptedException {
        closed.countDown();
        thread.interrupt();
        thread.join(TimeUnit.SECONDS.toMillis(5));
    }

    private void watch() {
        try {
            while (closed.getCount() > 0 && !ended.isDone()) {
                connect();
                if (!ended.isDone() && closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            ended.completeExceptionally(e);
        }
    }

    private void connect() throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(stream);
        if (!lastId.isEmpty()) {
            request.header("Last-Event-ID", lastId);
        }
        HttpResponse<Stream<String>> response;
        try {
            response = http.send(request.build(), BodyHandlers.ofLines());
        } catch (IOException e) {
            // The node is away; it is asked again.
            return;
        }
        try (Stream<String> lines = response.body()) {
            if (response.statusCode() != 200) {
                return;
            }
            // What a cut connection has left unfinished counts for nothing.
            EventStream.Lines fields = new EventStream.Lines();
            for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
                EventStream.Event event = fields.line(each.next());
                if (event != null && event.id() != null) {
                    take(event);
                }
            }
            if (!ended.isDone()) {
                endsInOrder++;
            }
        } catch (UncheckedIOException e) {
            cuts++;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized void take(EventStream.Event event) {
        lastId = event.id();
        if ("reset".equals(event.type())) {
            resets++;
            return;
        }
        events.add(event.json());
        if (LAST.contains(event.type())) {
            ended.complete(null);
        }
    }
}
