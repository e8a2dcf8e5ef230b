package dev.rowhound.crawl.outbound;

/**
 * Fetches what needs no browser, by the same rules: each address of a chain of redirects is resolved, checked and
 * connected to as checked; certificates are verified for the name that was asked for. Connections are kept and used
 * again. Safe for use by several threads, none of them an event loop's.
 */
public interface OutboundClient {

    /** The most redirects that it follows. */
    int MOST_REDIRECTS = 10;

    /**
     * Fetches it with GET and waits for the whole answer.
     *
     * @throws OutboundException if there is none
     * @throws InterruptedException if the thread was interrupted; the request is given up
     */
    WebAnswer get(WebRequest request) throws OutboundException, InterruptedException;
}
