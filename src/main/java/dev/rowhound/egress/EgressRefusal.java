package dev.rowhound.egress;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.net.WebAddress;

/**
 * A connection or response that a {@link BrowserProxy} refused to its browser.
 *
 * @param code why: {@code ADDRESS_REFUSED}, {@code DNS}, {@code NAVIGATION}, {@code TIMEOUT}, {@code TOO_LARGE} or
 *     {@code PROXY}
 * @param host the requested host as the browser spells it, in lower case; an IPv6 address in brackets
 * @param port the requested port
 * @param reason one sentence for a person
 */
public record EgressRefusal(ErrorCode code, String host, int port, String reason) {

    /** Returns whether the two differ at most in their reason. */
    boolean repeats(EgressRefusal other) {
        return code == other.code && port == other.port && host.equals(other.host);
    }

    /** Returns whether the URL has this host and port. */
    public boolean concerns(String url) {
        return WebAddress.parse(url)
                .map(address -> address.port() == port && address.host().equals(host))
                .orElse(false);
    }
}
