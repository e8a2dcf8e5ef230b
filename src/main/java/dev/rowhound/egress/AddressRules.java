package dev.rowhound.egress;

import dev.rowhound.net.HostName;
import dev.rowhound.net.SpecialRanges;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Decides which addresses connections may go to: those of the public internet, and what the deployment allows. An entry
 * with a host name allows whatever the name resolves to; an entry with addresses allows them under any name.
 */
final class AddressRules {
    private final List<AllowedTarget> allowed;

    AddressRules(List<AllowedTarget> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    /**
     * Returns why a connection is forbidden, as a sentence, or empty if it is allowed.
     *
     * @param host the requested host
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
                ? host.text() + " resolves to " + HostName.of(address).text() + ", which is " + kind
                : host.text() + " is " + kind;
        return Optional.of(where + "; add \"" + host.text() + ":" + port + "\" to crawl.allow to permit it");
    }
}
