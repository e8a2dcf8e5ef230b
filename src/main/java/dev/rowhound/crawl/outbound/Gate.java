package dev.rowhound.crawl.outbound;

import java.util.List;

/**
 * One browser's way out: an HTTP proxy on a free port of 127.0.0.1 that asks for nothing but what the rules permit. A
 * slot has one of its own, so that what was refused belongs to the item that it works on.
 *
 * <p>Its methods may be called from any thread but an event loop's.
 */
public interface Gate extends AutoCloseable {

    /** The port on 127.0.0.1. */
    int port();

    /** Where a browser, or one context of it, finds the proxy: {@code http://127.0.0.1:PORT}. */
    default String url() {
        return "http://127.0.0.1:" + port();
    }

    /**
     * An item begins: what was refused before is forgotten, bytes are counted from zero, and that policy holds for
     * everything from here on. Where it is another one than before, all open connections are closed, for a browser
     * would go on using those that the old one permitted.
     */
    void begin(EgressPolicy policy);

    /**
     * What was refused since the last call, in order, each host, port and code once, at most 100. A navigation that
     * failed finds its cause here: it is noted before the browser is answered. Look here before you judge a status of
     * 403 or 502, which may be the gate's own.
     */
    List<Refusal> refusals();

    /** How many connections and requests it has carried, and how many bytes it has brought, since it was opened. */
    Traffic traffic();

    /**
     * What a gate has carried.
     *
     * @param requests requests in plain HTTP and tunnels
     * @param bytes bytes that were brought to the browser, without heads of plain answers
     */
    record Traffic(long requests, long bytes) {}

    /** Closes the port and every connection. */
    @Override
    void close();
}
