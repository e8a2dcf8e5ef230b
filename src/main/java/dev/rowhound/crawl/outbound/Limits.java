package dev.rowhound.crawl.outbound;

import java.time.Duration;

/**
 * What the way out allows itself.
 *
 * @param connect time to connect to one address
 * @param lookup time to look a name up
 * @param idle time after which a connection that carries nothing is closed
 * @param remember how long the checked addresses of a name are used without asking again
 * @param connections open connections of one gate's browser; more are closed at once
 */
record Limits(Duration connect, Duration lookup, Duration idle, Duration remember, int connections) {
    /** A page's own limits are shorter than these, but for what it keeps open in the background. */
    static final Limits DEFAULT = new Limits(
            Duration.ofSeconds(8), Duration.ofSeconds(10), Duration.ofMinutes(2), Duration.ofSeconds(30), 512);

    /** How many addresses of a name are tried. */
    static final int MOST_ADDRESSES = 4;
}
