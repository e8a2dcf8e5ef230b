package dev.rowhound.egress;

import dev.rowhound.net.HostName;
import dev.rowhound.net.SpecialRanges;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Which addresses may be connected to: those of the public internet, and what the deployment allows besides. An entry
 * that names a host allows whatever that name leads to; an entry of addresses allows them by whatever name they were
 * found.
 */
final class AddressRules {
    private final List<AllowedTarget> allowed;

    AddressRules(List<AllowedTarget> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    /**
     * Why that address may not be connected to, as a sentence, or empty where it may.
     *
     * @param host the host as it was asked for
     * @param address one of its addresses
     */
    Optional<String> refusal(HostName host, int port, InetAddress address) {
        String kind = SpecialRanges.kindOf(address);
        if (kind == null) {
            return Optional.empty();
        }
        for (AllowedTarget target : allowed) {
            if (target.matches(host, port, address)) {
                return Optional.empty();
            }
        }
        String where = host.literal() == null
                ? host.text() + " leads to " + HostName.of(address).text() + ", which is " + kind
                : host.text() + " is " + kind;
        return Optional.of(where + "; add \"" + host.text() + ":" + port + "\" to crawl.allow if it may be asked");
    }
}
