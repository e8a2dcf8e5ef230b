package dev.rowhound.fault;

import dev.rowhound.http.EventStream;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Watches a job as {@code docs/wire.md} asks of a client, and goes on at some other node whenever the stream is cut. A
 * number that comes twice or out of its turn is a violation.
 */
final class EventWatcher implements AutoCloseable {
    /** The stream is taken for dead after so long without a byte: a few heartbeats of the nodes of a {@link Cluster}. */
    private static final int SILENCE_MILLIS = 2500;

    private static final long PAUSE_MILLIS = 100;
    private static final int CONNECT_MILLIS = 2000;

    private final Cluster cluster;
    private final String job;
    private final Random random;
    private final Thread thread;
    private final List<Applied> applied = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private volatile boolean closing;
    private boolean ended;
    private HttpURLConnection connection;
    private String lastId = "";
    private long lastSeq;
    private JsonObject counters = new JsonObject();
    private int resets;
    private int connections;

    /** An event that was applied since the last reset. */
    record Applied(long seq, String mark, String type) {}

    EventWatcher(Cluster cluster, String job, long seed) {
        this.cluster = cluster;
        this.job = job;
        this.random = new Random(seed);
        this.thread = new Thread(this::watch, "watcher-" + job);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Waits until a node says that nothing will follow, also to one who had heard so before: what was the job's end may
     * be gone. Whether it came.
     */
    boolean awaitEnd(long millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        synchronized (this) {
            ended = false;
            notifyAll();
            long left = millis;
            while (!ended && left > 0) {
                wait(left);
                left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            }
            return ended;
        }
    }

    /** What was applied behind the last reset, or from the beginning on. */
    synchronized List<Applied> applied() {
        return List.copyOf(applied);
    }

    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    synchronized int resets() {
        return resets;
    }

    synchronized int connections() {
        return connections;
    }

    /** The last counters it was told. */
    synchronized JsonObject counters() {
        return counters.copy();
    }

    private void watch() {
        while (!closing) {
            try {
                synchronized (this) {
                    while (ended) {
                        wait();
                    }
                }
                connect();
            } catch (IOException e) {
                // The node or its connection is away; another one goes on.
            } catch (InterruptedException e) {
                return;
            } catch (Exception | AssertionError e) {
                wrong("the watcher failed: " + e);
                return;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void connect() throws Exception {
        HttpURLConnection open = (HttpURLConnection) cluster.anyNode(random)
                .resolve(NodeApi.JOBS + "/" + job + "/events")
                .toURL()
                .openConnection();
        synchronized (this) {
            connection = open;
            connections++;
        }
        open.setConnectTimeout(CONNECT_MILLIS);
        open.setReadTimeout(SILENCE_MILLIS);
        if (!lastId.isEmpty()) {
            open.setRequestProperty("Last-Event-ID", lastId);
        }
        try {
            if (open.getResponseCode() == 204) {
                synchronized (this) {
                    ended = true;
                    notifyAll();
                }
                return;
            }
            if (open.getResponseCode() == 200) {
                read(new BufferedReader(new InputStreamReader(open.getInputStream(), StandardCharsets.UTF_8)));
            }
        } finally {
            open.disconnect();
        }
    }

    private void read(BufferedReader lines) throws IOException {
        EventStream.Lines fields = new EventStream.Lines();
        for (String line = lines.readLine(); line != null && !closing; line = lines.readLine()) {
            EventStream.Event event = fields.line(line);
            if (event != null && event.id() != null) {
                take(event.id(), event.type(), event.json());
            }
        }
    }

    private synchronized void take(String id, String type, JsonObject data) {
        int dot = id.indexOf('.');
        long seq = Long.parseLong(id.substring(0, dot));
        counters = data.getJsonObject("counters");
        if (type.equals("reset")) {
            resets++;
            applied.clear();
        } else {
            if (seq != lastSeq + 1) {
                wrong("event " + id + " came behind " + lastId);
            }
            if (data.getLong("seq") != seq) {
                wrong("event " + id + " has the number " + data.getLong("seq"));
            }
            applied.add(new Applied(seq, id.substring(dot + 1), type));
        }
        lastId = id;
        lastSeq = seq;
    }

    private synchronized void wrong(String text) {
        violations.add("watcher of job " + job + ": " + text);
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        synchronized (this) {
            if (connection != null) {
                connection.disconnect();
            }
        }
        thread.interrupt();
        thread.join(TimeUnit.SECONDS.toMillis(5));
    }
}
