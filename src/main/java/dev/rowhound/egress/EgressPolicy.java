package dev.rowhound.egress;

import dev.rowhound.net.HostName;
import dev.rowhound.net.WebAddress;
import org.jspecify.annotations.Nullable;

/**
 * The egress policy of one look-up, in addition to the deployment's rules.
 *
 * @param via the upstream proxy, or null for direct connections
 * @param site the one host of this machine or of a private network that these requests may reach, as {@code HOST:PORT}
 *     with the host as {@link HostName} spells it, or null for none
 */
public record EgressPolicy(
        @Nullable UpstreamProxy via, @Nullable String site) {

    /** Direct connections to the public internet and what the deployment allows. */
    public static final EgressPolicy DIRECT = new EgressPolicy(null, null);

    /** Returns a policy that uses the upstream proxy, or direct connections if it is null. */
    public static EgressPolicy through(@Nullable UpstreamProxy via) {
        return via == null ? DIRECT : new EgressPolicy(via, null);
    }

    /** Returns a copy that also permits the host and port of the URL, whatever they resolve to. */
    public EgressPolicy reaching(String url) {
        return WebAddress.parse(url)
                .map(address -> new EgressPolicy(via, address.host() + ":" + address.port()))
                .orElse(this);
    }

    /** Returns whether the host and port are exempt from the address rules. */
    boolean reaches(HostName host, int port) {
        return (host.text() + ":" + port).equals(site);
    }

    /** Returns a cache key that separates policies whose requests may get different responses. */
    String key() {
        return (via == null ? "" : via.name()) + " " + (site == null ? "" : site);
    }
}
