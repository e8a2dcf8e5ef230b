package dev.rowhound.egress;

import dev.rowhound.net.HostName;
import dev.rowhound.net.WebAddress;
import org.jspecify.annotations.Nullable;

/**
 * What holds for the requests of one look-up besides the rules of the deployment.
 *
 * @param via the proxy to go through, or null to go straight there
 * @param site the one place of this machine or of a private network that these requests may reach, as
 *     {@code HOST:PORT} with the host as {@link HostName} spells it, or null for none
 */
public record EgressPolicy(
        @Nullable UpstreamProxy via, @Nullable String site) {

    /** Straight there, to the public internet and what the deployment allows. */
    public static final EgressPolicy DIRECT = new EgressPolicy(null, null);

    /** Through that proxy, or straight there where it is null; to the public internet and what the deployment allows. */
    public static EgressPolicy through(@Nullable UpstreamProxy via) {
        return via == null ? DIRECT : new EgressPolicy(via, null);
    }

    /** The same, which may also reach host and port of that address, whatever they lead to. */
    public EgressPolicy reaching(String url) {
        return WebAddress.parse(url)
                .map(address -> new EgressPolicy(via, address.host() + ":" + address.port()))
                .orElse(this);
    }

    /** Whether that is the place that these requests may reach though the rules refuse it. */
    boolean reaches(HostName host, int port) {
        return (host.text() + ":" + port).equals(site);
    }

    /** A cache key that separates policies whose requests may get different answers. */
    String key() {
        return (via == null ? "" : via.name()) + " " + (site == null ? "" : site);
    }
}
