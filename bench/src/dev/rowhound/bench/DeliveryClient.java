package dev.rowhound.bench;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * Runs many watchers of one stream on one thread, the same for every server. To use little CPU time, it does not parse
 * events but only searches for the send time between tildes, which each event contains once. Uses the protocol of
 * {@link Side}.
 */
public final class DeliveryClient {
    /** The histogram of latencies has steps of 20 µs up to 10 s. */
    private static final int STEP_MICROS = 20;

    private static final int STEPS = 500_000;

    private static final int MAX_OPENING_CONNECTIONS = 100;

    private static final int TIMEOUT_SECONDS = 60;

    private final Selector selector = Selector.open();
    private final ConcurrentLinkedQueue<JsonObject> requests = new ConcurrentLinkedQueue<>();
    private final List<Watcher> watchers = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);
    private final byte[] bytes = new byte[buffer.capacity()];
    private int[] latencies = new int[STEPS];
    private long received;
    private long disordered;
    private long cut;
    private int greeted;
    private long counted;
    private long countedSinceNanos;

    private DeliveryClient() throws IOException {}

    private static final class Watcher {
        final SocketChannel channel;
        final ByteBuffer request;
        boolean greeted;
        /** Whether an opening tilde has been read. */
        boolean inside;

        long number;
        long last;

        Watcher(SocketChannel channel, ByteBuffer request) {
            this.channel = channel;
            this.request = request;
        }
    }

    public static void main(String[] args) throws IOException {
        PrintStream responses = System.out;
        DeliveryClient client = new DeliveryClient();
        Thread reader = new Thread(client::readRequests, "requests");
        reader.setDaemon(true);
        reader.start();
        while (true) {
            client.select();
            JsonObject request = client.requests.poll();
            if (request != null) {
                JsonObject response;
                try {
                    response = client.handle(request);
                } catch (Exception e) {
                    response = new JsonObject().put("error", e.toString());
                }
                responses.println(response.encode());
                responses.flush();
            }
        }
    }

    private void readRequests() {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                requests.add(new JsonObject(line));
                selector.wakeup();
            }
        } catch (IOException e) {
            System.err.println("client: " + e.getMessage());
        }
        Runtime.getRuntime().halt(0);
    }

    private JsonObject handle(JsonObject request) throws IOException {
        return switch (request.getString("op")) {
            case "connect" ->
                connect(request.getInteger("port"), request.getString("path"), request.getInteger("watchers"));
            case "begin" -> begin();
            case "end" -> end();
            case "total" ->
                new JsonObject()
                        .put("received", received)
                        .put("disordered", disordered)
                        .put("cut", cut);
            case "close" -> close();
            default -> new JsonObject().put("error", "this is unknown");
        };
    }

    /** Opens {@code count} connections and waits until each has received its first bytes. */
    private JsonObject connect(int port, String path, int count) throws IOException {
        received = 0;
        disordered = 0;
        cut = 0;
        greeted = 0;
        String request =
                "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nAccept: text/event-stream\r\n\r\n";
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (greeted < count) {
            while (watchers.size() < count && watchers.size() - greeted < MAX_OPENING_CONNECTIONS) {
                SocketChannel channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                Watcher watcher = new Watcher(channel, ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
                watchers.add(watcher);
                boolean connected = channel.connect(new InetSocketAddress("127.0.0.1", port));
                channel.register(selector, connected ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT, watcher);
            }
            select();
            if (System.nanoTime() - deadline > 0 || cut > 0) {
                throw new IOException("%d of %d connections were answered, %d were cut".formatted(greeted, count, cut));
            }
        }
        return new JsonObject();
    }

    private JsonObject begin() {
        latencies = new int[STEPS];
        counted = received;
        countedSinceNanos = System.nanoTime();
        return new JsonObject();
    }

    /** The events and latencies since {@link #begin}. */
    private JsonObject end() {
        double seconds = (System.nanoTime() - countedSinceNanos) / 1e9;
        return new JsonObject()
                .put("received", received - counted)
                .put("seconds", seconds)
                .put("p50", percentile(0.5))
                .put("p99", percentile(0.99));
    }

    /** A percentile of the latencies in milliseconds. */
    private double percentile(double part) {
        long all = 0;
        for (int count : latencies) {
            all += count;
        }
        long seen = 0;
        for (int step = 0; step < STEPS; step++) {
            seen += latencies[step];
            if (seen > all * part) {
                return (step + 1) * STEP_MICROS / 1e3;
            }
        }
        return 0;
    }

    private JsonObject close() throws IOException {
        for (Watcher watcher : watchers) {
            watcher.channel.close();
        }
        watchers.clear();
        selector.selectNow();
        return new JsonObject();
    }

    private void select() throws IOException {
        selector.select(this::ready);
    }

    private void ready(SelectionKey key) {
        Watcher watcher = (Watcher) key.attachment();
        try {
            if (key.isReadable()) {
                read(key, watcher);
                return;
            }
            if (key.isConnectable()) {
                watcher.channel.finishConnect();
            }
            watcher.channel.write(watcher.request);
            key.interestOps(watcher.request.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        } catch (IOException e) {
            cut(key);
        }
    }

    private void read(SelectionKey key, Watcher watcher) throws IOException {
        buffer.clear();
        int length = watcher.channel.read(buffer);
        if (length < 0) {
            cut(key);
            return;
        }
        if (!watcher.greeted && length > 0) {
            watcher.greeted = true;
            greeted++;
        }
        buffer.flip();
        buffer.get(bytes, 0, length);
        long now = System.nanoTime() / 1000;
        boolean inside = watcher.inside;
        for (int i = 0; i < length; i++) {
            byte one = bytes[i];
            if (one == '~') {
                if (inside) {
                    count(watcher, now);
                }
                watcher.number = 0;
                inside = !inside;
            } else if (inside) {
                watcher.number = watcher.number * 10 + (one - '0');
            }
        }
        watcher.inside = inside;
    }

    private void count(Watcher watcher, long now) {
        long latency = Math.max(0, now - watcher.number);
        latencies[(int) Math.min(STEPS - 1, latency / STEP_MICROS)]++;
        received++;
        if (watcher.number <= watcher.last) {
            disordered++;
        }
        watcher.last = watcher.number;
    }

    private void cut(SelectionKey key) {
        cut++;
        key.cancel();
    }
}
