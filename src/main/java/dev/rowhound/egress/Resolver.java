package dev.rowhound.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of a name. It may block, and may be called from several threads. */
@FunctionalInterface
public interface Resolver {
    /** The system's own: its hosts file, its name servers, its search domains. */
    Resolver SYSTEM = name -> List.of(InetAddress.getAllByName(name));

    /**
     * Every address of that name, in the order in which they should be tried. It is never asked for a literal address.
     *
     * @throws UnknownHostException if the name has none or could not be looked up
     */
    List<InetAddress> resolve(String name) throws UnknownHostException;
}
