package dev.rowhound.egress;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.net.WebAddress;

/**
 * A connection or an answer that a {@link BrowserProxy} did not give to its browser.
 *
 * @param code why: {@code ADDRESS_REFUSED}, {@code DNS}, {@code NAVIGATION}, {@code TIMEOUT}, {@code TOO_LARGE} or
 *     {@code PROXY}
 * @param host the host that was asked for, as the browser spells it, in small letters; an IPv6 address in brackets
 * @param port the port that was asked for
 * @param reason one sentence for a person
 */
public record EgressRefusal(ErrorCode code, String host, int port, String reason) {

    /** Whether that is the same but for its reason. */
    boolean repeats(EgressRefusal other) {
        return code == other.code && port == other.port && host.equals(other.host);
    }

    /** Whether that address of the web leads to this host and port. */
    public boolean concerns(String url) {
        return WebAddress.parse(url)
                .map(address -> address.port() == port && address.host().equals(host))
                .orElse(false);
    }
}
