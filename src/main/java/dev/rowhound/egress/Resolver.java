package dev.rowhound.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Resolves host names. Implementations may block and must be thread-safe. */
@FunctionalInterface
public interface Resolver {
    /** The system's resolver: hosts file, name servers and search domains. */
    Resolver SYSTEM = name -> List.of(InetAddress.getAllByName(name));

    /**
     * Returns all addresses of a name in order of preference. Never called for an IP literal.
     *
     * @throws UnknownHostException if the name has no address or cannot be resolved
     */
    List<InetAddress> resolve(String name) throws UnknownHostException;
}
