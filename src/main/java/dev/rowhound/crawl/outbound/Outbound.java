package dev.rowhound.crawl.outbound;

/**
 * The node's way out to the web. It runs on event loops of its own, so that it works without a node and no page's
 * traffic holds the node's streams back.
 */
public interface Outbound extends AutoCloseable {

    /** Opens the way out; no port is open before the first gate. */
    static Outbound open(OutboundConfig config) {
        return open(config, Resolver.SYSTEM);
    }

    /** Opens the way out with that knowledge of names. */
    static Outbound open(OutboundConfig config, Resolver resolver) {
        return Exit.open(config, resolver, Limits.DEFAULT);
    }

    /**
     * Opens a gate for one browser.
     *
     * @throws IllegalStateException if no port of 127.0.0.1 can be had
     */
    Gate gate();

    /** Fetches without a browser; the same one for all. */
    OutboundClient client();

    /** What sites ask of programs; the same one for all. */
    Robots robots();

    /** The proxies of the configuration; the same ones for all. */
    Proxies proxies();

    /** Closes all gates and connections. */
    @Override
    void close();
}
