package dev.rowhound.edge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A proxy on loopback in front of one or more nodes that does what proxies out there do to long answers. It speaks
 * HTTP/1.1 and passes WebSockets through; each connection carries one request. Without any setting it changes nothing
 * but that.
 *
 * <p>Every setting may be changed while it runs. Those about silence, bytes and the black hole hold at once, for open
 * connections too; the others from the next request on. All methods are safe for use by several threads.
 */
public final class EdgeSimulator implements AutoCloseable {
    private static final long WATCH_MILLIS = 10;
    private static final int BACKLOG = 1024;
    private static final long STACK_BYTES = 256 * 1024;

    volatile long silenceMillis;
    volatile long cutAfterBytes = Long.MAX_VALUE;
    volatile boolean cutsByReset;
    volatile boolean blackHole;
    volatile int bufferBytes;
    volatile long bufferMillis;
    volatile boolean stripsAccelBuffering;
    volatile boolean asksForGzip;
    volatile boolean gzips;
    volatile boolean dropsLastEventId;
    volatile boolean refusesUpgrades;
    volatile boolean speaksHttp10;
    volatile long uploadLimit = Long.MAX_VALUE;
    final AtomicInteger faults = new AtomicInteger();
    final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "edge-timer");
        thread.setDaemon(true);
        return thread;
    });

    private final ServerSocket server;
    private final Set<Exchange> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong connections = new AtomicLong();
    private volatile int[] targets;
    private volatile Long seed;
    private int errorsLeft;
    private int errorStatus;

    private EdgeSimulator(int[] targets) throws IOException {
        this.targets = targets;
        this.server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        var unused = timer.scheduleAtFixedRate(
                () -> open.forEach(Exchange::watch), WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
        run("accept", this::accept);
    }

    /** Starts one in front of the nodes at those ports of loopback, which take turns. */
    public static EdgeSimulator before(int... ports) throws IOException {
        return new EdgeSimulator(ports.clone());
    }

    /** Where it listens, ending without a slash. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /** The port that it listens on. */
    public int port() {
        return server.getLocalPort();
    }

    /** Connections from here on go to these ports. */
    public EdgeSimulator targets(int... ports) {
        targets = ports.clone();
        return this;
    }

    /**
     * Cuts a connection on which no byte has come from the node for that long, WebSockets included; where not even
     * the answer's head has come it answers 504. Zero for never.
     */
    public EdgeSimulator cutAfterSilence(Duration silence) {
        silenceMillis = silence.toMillis();
        return this;
    }

    /** Cuts each answer after so many bytes of its body, chunk sizes counted; {@link Long#MAX_VALUE} for never. */
    public EdgeSimulator cutAfterBytes(long bytes) {
        cutAfterBytes = bytes;
        return this;
    }

    /** Whether cuts are a TCP reset instead of a connection's orderly end. */
    public EdgeSimulator cutByReset(boolean reset) {
        cutsByReset = reset;
        return this;
    }

    /** Cuts all connections that are open. */
    public EdgeSimulator cutAll() {
        open.forEach(exchange -> exchange.cut(cutsByReset));
        return this;
    }

    /**
     * Swallows every byte both ways without closing anything. Open connections stay swallowed for good, since bytes of
     * theirs may be missing; those made after the hole's end are well.
     */
    public EdgeSimulator blackHole(boolean swallows) {
        if (swallows) {
            open.forEach(Exchange::swallow);
        }
        blackHole = swallows;
        return this;
    }

    /** Answers the next so many requests itself, such as with 502 or 524. */
    public synchronized EdgeSimulator answerNext(int requests, int status) {
        errorsLeft = requests;
        errorStatus = status;
        return this;
    }

    /**
     * Holds each answer back until there are so many bytes of it, or its oldest byte has waited that long (zero: no
     * limit), unless the answer says {@code X-Accel-Buffering: no}. No bytes for not at all.
     */
    public EdgeSimulator buffer(int bytes, Duration longest) {
        bufferMillis = longest.toMillis();
        bufferBytes = bytes;
        return this;
    }

    /** Whether it takes {@code X-Accel-Buffering} out of answers and does not heed it. */
    public EdgeSimulator stripAccelBuffering(boolean strips) {
        stripsAccelBuffering = strips;
        return this;
    }

    /** Whether it asks the node for gzip, whatever the client asked for. */
    public EdgeSimulator askForGzip(boolean asks) {
        asksForGzip = asks;
        return this;
    }

    /** Whether it compresses answers for clients that take gzip, without a flush until the compressor is full. */
    public EdgeSimulator gzip(boolean compresses) {
        gzips = compresses;
        return this;
    }

    /** Whether it takes {@code Last-Event-ID} out of requests. */
    public EdgeSimulator dropLastEventId(boolean drops) {
        dropsLastEventId = drops;
        return this;
    }

    /** Whether it takes {@code Upgrade} out of requests, as a proxy does that was not told of WebSockets. */
    public EdgeSimulator refuseUpgrades(boolean refuses) {
        refusesUpgrades = refuses;
        return this;
    }

    /** Answers 413 to a request whose body is longer; {@link Long#MAX_VALUE} for no limit. */
    public EdgeSimulator limitUploads(long bytes) {
        uploadLimit = bytes;
        return this;
    }

    /** Whether it speaks HTTP/1.0 to the node, thus without chunks and upgrades; to the client it speaks HTTP/1.1. */
    public EdgeSimulator http10(boolean old) {
        speaksHttp10 = old;
        return this;
    }

    /**
     * From here on each connection meets a fault by chance, such as a cut, a reset, a black hole or a 502. What the
     * n-th connection of a seed meets is always the same.
     */
    public EdgeSimulator mean(long newSeed) {
        connections.set(0);
        seed = newSeed;
        return this;
    }

    /** Takes all settings back; connections that are swallowed stay so. */
    public EdgeSimulator kind() {
        seed = null;
        blackHole = false;
        bufferBytes = 0;
        return cutAfterSilence(Duration.ZERO)
                .cutAfterBytes(Long.MAX_VALUE)
                .cutByReset(false)
                .answerNext(0, 0)
                .stripAccelBuffering(false)
                .askForGzip(false)
                .gzip(false)
                .dropLastEventId(false)
                .refuseUpgrades(false)
                .limitUploads(Long.MAX_VALUE)
                .http10(false);
    }

    /** How many connections were cut or swallowed or got an answer of the simulator's own, so far. */
    public int faults() {
        return faults.get();
    }

    /** How many connections are open. */
    public int open() {
        return open.size();
    }

    /** The status to answer a request with instead of passing it on, or 0. */
    synchronized int takeError() {
        if (errorsLeft <= 0) {
            return 0;
        }
        errorsLeft--;
        return errorStatus;
    }

    /** A connection to a node that takes one, beginning with the one whose turn it is. */
    Socket connect(long connection) throws IOException {
        int[] ports = targets;
        IOException refused = new IOException("no node");
        for (int i = 0; i < ports.length; i++) {
            try {
                Socket node = new Socket(
                        InetAddress.getLoopbackAddress(),
                        ports[(int) Math.floorMod(connection + i, (long) ports.length)]);
                node.setTcpNoDelay(true);
                return node;
            } catch (IOException e) {
                refused = e;
            }
        }
        throw refused;
    }

    void ended(Exchange exchange) {
        open.remove(exchange);
    }

    private void accept() throws IOException {
        while (!server.isClosed()) {
            Socket client = server.accept();
            client.setTcpNoDelay(true);
            long number = connections.getAndIncrement();
            Long drawnFrom = seed;
            Fate fate = drawnFrom == null ? Fate.GOOD : Fate.draw(drawnFrom, number);
            Exchange exchange = new Exchange(this, client, number, fate);
            open.add(exchange);
            run("request", exchange::request);
        }
    }

    /** What a thread does until one of its sockets is closed. */
    interface Step {
        void run() throws IOException;
    }

    static void run(String name, Step step) {
        Thread thread = new Thread(
                null,
                () -> {
                    try {
                        step.run();
                    } catch (IOException e) {
                        // Either side has hung up, or the edge was closed.
                    }
                },
                "edge-" + name,
                STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        timer.shutdownNow();
        open.forEach(Exchange::close);
    }
}
