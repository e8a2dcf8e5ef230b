package dev.trawl.crawl.outbound;

import java.net.CookieHandler;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@link OutboundClient} shall fetch.
 *
 * @param url a whole address of the web
 * @param headers headers of the request, sent to each host that redirects lead to; {@code Host} and
 *     {@code Accept-Encoding} are the client's own
 * @param cookies asked before each request of the chain and told the headers of each answer, as
 *     {@link java.net.CookieManager} does it; null where cookies are neither sent nor kept. It is called on the
 *     caller's thread
 * @param timeout time for all of it, redirects and body included
 * @param via the proxy to go through, or null to go straight there
 */
public record WebRequest(
        String url,
        Map<String, String> headers,
        @Nullable CookieHandler cookies,
        Duration timeout,
        @Nullable UpstreamProxy via) {

    /** Straight there, without headers or cookies of one's own. */
    public static WebRequest of(String url, Duration timeout) {
        return new WebRequest(url, Map.of(), null, timeout, null);
    }
}
