package dev.rowhound.egress;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.net.Authority;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP proxy of one browser, on a free port of 127.0.0.1, which forwards only what the rules permit. Each slot has
 * a separate proxy, so that refusals can be attributed to the slot's item.
 *
 * <p>Public methods may be called from any thread except an event loop.
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
     * @param maxBytes the maximum size of a response
     * @throws IllegalStateException if no port is available
     */
    static BrowserProxy open(Vertx vertx, Routes routes, Egress.Limits limits, Proxies proxies, long maxBytes) {
        BrowserProxy proxy = new BrowserProxy(routes, limits, proxies, maxBytes);
        Egress.await(vertx.deployVerticle(proxy.server));
        return proxy;
    }

    public int port() {
        return server.port();
    }

    /** Returns the proxy's URL for a browser or a browser context: {@code http://127.0.0.1:PORT}. */
    public String url() {
        return "http://127.0.0.1:" + port();
    }

    /**
     * Starts an item: clears refusals, resets the byte count, and applies the policy to all following requests. If the
     * policy changes, closes all open connections, because the browser would keep using connections that the old policy
     * permitted.
     */
    public void begin(EgressPolicy next) {
        Egress.await(server.begin(next));
    }

    /**
     * Returns and clears the refusals since the last call, in order, each host, port and code once, at most
     * {@value #MAX_REFUSALS}. The cause of a failed navigation is recorded before the browser gets a response. Check
     * the refusals before interpreting a status of 403 or 502, which may come from this proxy.
     */
    public List<EgressRefusal> refusals() {
        synchronized (refusals) {
            List<EgressRefusal> all = List.copyOf(refusals);
            refusals.clear();
            return all;
        }
    }

    /**
     * The traffic of a proxy.
     *
     * @param requests plain HTTP requests and tunnels
     * @param bytes bytes sent to the browser, without the headers of plain HTTP responses
     */
    public record Traffic(long requests, long bytes) {}

    /** Returns the traffic since the proxy was opened. */
    public Traffic traffic() {
        return new Traffic(requests.sum(), bytes.sum());
    }

    /** Closes the port and all connections. */
    @Override
    public void close() {
        // The egress with all its proxies may be closed already.
        Egress.await(server.undeploy().otherwiseEmpty());
    }

    EgressPolicy policy() {
        return policy;
    }

    /** Returns the number of items so far, so that a long-lived connection notices a new item. */
    long item() {
        return item;
    }

    /** Returns the maximum size of a response. */
    long maxBytes() {
        return maxBytes;
    }

    /** Applies the policy of the next item. */
    void change(EgressPolicy next) {
        policy = next;
        item++;
        List<EgressRefusal> unused = refusals();
    }

    void countRequest() {
        requests.increment();
    }

    void countBytes(int count) {
        bytes.add(count);
    }

    /** Records a failure and attributes it to the upstream proxy if that is its cause. */
    void note(EgressException e, Authority target, @Nullable UpstreamProxy through) {
        note(e.code(), target, String.valueOf(e.getMessage()));
        if (through != null && e.code() == ErrorCode.PROXY) {
            proxies.failed(through);
        }
    }

    /** Records that a response was cut off. */
    void tooLarge(Authority target) {
        note(
                ErrorCode.TOO_LARGE,
                target,
                "A response from " + target + " is larger than " + maxBytes + " bytes (crawl.max_response_bytes)");
    }

    /** Records a success of the upstream proxy. */
    void succeeded(@Nullable UpstreamProxy through) {
        if (through != null) {
            proxies.succeeded(through);
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
