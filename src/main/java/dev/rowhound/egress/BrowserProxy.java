package dev.rowhound.egress;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.net.Authority;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One browser's way out: an HTTP proxy on a free port of 127.0.0.1 that asks for nothing but what the rules permit. Each
 * slot has its own, so that what was refused belongs to the item that it works on.
 *
 * <p>Its public methods may be called from any thread but an event loop's.
 */
public final class BrowserProxy implements AutoCloseable {
    private static final int MAX_REFUSALS = 100;

    private final FilteringProxy server;
    private final Proxies proxies;
    private final long maxBytes;
    private final List<EgressRefusal> refusals = new ArrayList<>();
    private final LongAdder requests = new LongAdder();
    private final LongAdder bytes = new LongAdder();

    // Used on the server's event loop only.
    private EgressPolicy policy = EgressPolicy.DIRECT;
    private long item;

    private BrowserProxy(Routes routes, Egress.Limits limits, Proxies proxies, long maxBytes) {
        this.proxies = proxies;
        this.maxBytes = maxBytes;
        this.server = new FilteringProxy(this, routes, limits);
    }

    /**
     * Opens one.
     *
     * @param maxBytes the most bytes of one answer
     * @throws IllegalStateException if no port can be had
     */
    static BrowserProxy open(Vertx vertx, Routes routes, Egress.Limits limits, Proxies proxies, long maxBytes) {
        BrowserProxy proxy = new BrowserProxy(routes, limits, proxies, maxBytes);
        Egress.await(vertx.deployVerticle(proxy.server));
        return proxy;
    }

    /** The port on 127.0.0.1. */
    public int port() {
        return server.port();
    }

    /** Where a browser, or one context of it, finds the proxy: {@code http://127.0.0.1:PORT}. */
    public String url() {
        return "http://127.0.0.1:" + port();
    }

    /**
     * An item begins: what was refused before is forgotten, bytes are counted from zero, and that policy holds for
     * everything from here on. Where it is another one than before, all open connections are closed, for a browser
     * would go on using those that the old one permitted.
     */
    public void begin(EgressPolicy next) {
        Egress.await(server.begin(next));
    }

    /**
     * What was refused since the last call, in order, each host, port and code once, at most {@value #MAX_REFUSALS}. A
     * navigation that failed finds its cause here: it is noted before the browser is answered. Look here before you
     * judge a status of 403 or 502, which may be the proxy's.
     */
    public List<EgressRefusal> refusals() {
        synchronized (refusals) {
            List<EgressRefusal> all = List.copyOf(refusals);
            refusals.clear();
            return all;
        }
    }

    /**
     * What a proxy has carried.
     *
     * @param requests requests in plain HTTP and tunnels
     * @param bytes bytes that were brought to the browser, without heads of plain answers
     */
    public record Traffic(long requests, long bytes) {}

    /** How many connections and requests it has carried, and how many bytes it has brought, since it was opened. */
    public Traffic traffic() {
        return new Traffic(requests.sum(), bytes.sum());
    }

    /** Closes the port and every connection. */
    @Override
    public void close() {
        // The whole way out may have been closed already.
        Egress.await(server.undeploy().otherwiseEmpty());
    }

    /** What holds for everything that is asked for. */
    EgressPolicy policy() {
        return policy;
    }

    /** Counts the items, so that a connection that outlives one knows. */
    long item() {
        return item;
    }

    /** The most bytes of one answer. */
    long maxBytes() {
        return maxBytes;
    }

    /** Takes over the policy of the next item. */
    void change(EgressPolicy next) {
        policy = next;
        item++;
        List<EgressRefusal> unused = refusals();
    }

    /** Counts a request or a tunnel. */
    void asked() {
        requests.increment();
    }

    /** Counts bytes that the browser gets. */
    void brought(int count) {
        bytes.add(count);
    }

    /** Notes a failure and, if it was the upstream proxy's, with which. */
    void note(EgressException e, Authority target, @Nullable UpstreamProxy through) {
        note(e.code(), target, String.valueOf(e.getMessage()));
        if (through != null && e.code() == ErrorCode.PROXY) {
            proxies.failed(through);
        }
    }

    /** Notes that an answer was cut. */
    void tooLarge(Authority target) {
        note(
                ErrorCode.TOO_LARGE,
                target,
                "An answer of " + target + " is larger than " + maxBytes + " bytes (crawl.max_response_bytes)");
    }

    /** Notes that the upstream proxy did its work. */
    void worked(@Nullable UpstreamProxy through) {
        if (through != null) {
            proxies.worked(through);
        }
    }

    private void note(ErrorCode code, Authority target, String reason) {
        EgressRefusal refusal = new EgressRefusal(code, target.host().text(), target.port(), reason);
        synchronized (refusals) {
            if (refusals.size() < MAX_REFUSALS && refusals.stream().noneMatch(refusal::repeats)) {
                refusals.add(refusal);
            }
        }
    }
}
