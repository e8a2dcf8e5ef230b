package dev.rowhound.egress;

import java.net.CookieHandler;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request for {@link EgressClient}.
 *
 * @param url an absolute http or https URL
 * @param headers request headers, sent to every site of a redirect chain except {@code Authorization} and
 *     {@code Cookie}; the client sets {@code Host} and {@code Accept-Encoding}
 * @param cookies provides the cookies of each request and gets the headers of each response, like
 *     {@link java.net.CookieManager}; null for no cookies. Called on the caller's thread
 * @param timeout the timeout for everything, including redirects and body
 * @param policy the egress policy of all requests
 */
public record WebRequest(
        String url,
        Map<String, String> headers,
        @Nullable CookieHandler cookies,
        Duration timeout,
        EgressPolicy policy) {

    /** Creates a direct request without headers or cookies. */
    public static WebRequest of(String url, Duration timeout) {
        return new WebRequest(url, Map.of(), null, timeout, EgressPolicy.DIRECT);
    }
}
