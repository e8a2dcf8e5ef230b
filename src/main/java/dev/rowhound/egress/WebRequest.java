package dev.rowhound.egress;

import java.net.CookieHandler;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@link EgressClient} shall fetch.
 *
 * @param url a whole address of the web
 * @param headers headers of the request, sent to each site that redirects lead to but for
 *     {@code Authorization} and {@code Cookie}; {@code Host} and {@code Accept-Encoding} are the client's own
 * @param cookies asked before each request of the chain and given the headers of each answer, as
 *     {@link java.net.CookieManager} does it; null where cookies are neither sent nor kept. It is called on the
 *     caller's thread
 * @param timeout time for all of it, redirects and body included
 * @param policy what these requests go through, and may reach besides
 */
public record WebRequest(
        String url,
        Map<String, String> headers,
        @Nullable CookieHandler cookies,
        Duration timeout,
        EgressPolicy policy) {

    /** Straight there, without further headers or cookies. */
    public static WebRequest of(String url, Duration timeout) {
        return new WebRequest(url, Map.of(), null, timeout, EgressPolicy.DIRECT);
    }
}
