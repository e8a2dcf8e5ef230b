package dev.rowhound.egress;

import dev.rowhound.net.AddressRange;
import dev.rowhound.net.HostName;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An entry of {@code crawl.allow}: a target that look-ups may reach although the address rules forbid it.
 *
 * @param name the host name, or null if {@code range} is set
 * @param range the addresses, or null if {@code name} is set
 * @param port the port, or {@link #ANY_PORT}
 */
public record AllowedTarget(@Nullable String name, @Nullable AddressRange range, int port) {
    static final int ANY_PORT = 0;

    /** The syntax of an entry; follows "give" in a message. */
    static final String FORM = "HOST:PORT, HOST:*, ADDRESS:PORT or RANGE:PORT,"
            + " such as \"intranet.example:8080\", \"10.0.0.0/8:443\" or \"[fd00::/8]:443\"";

    private static final Pattern ENTRY = Pattern.compile("(\\[([^\\]]+)]|[^:\\[\\]]+):([0-9]{1,5}|\\*)");

    private static final Pattern NAME = Pattern.compile("[a-z0-9_.-]+");

    /** Parses an entry; empty if it is invalid. */
    public static Optional<AllowedTarget> parse(String entry) {
        Matcher parts = ENTRY.matcher(entry.strip());
        if (!parts.matches()) {
            return Optional.empty();
        }
        int port = parts.group(3).equals("*") ? ANY_PORT : Integer.parseInt(parts.group(3));
        if (port > 65535 || port == 0 && !parts.group(3).equals("*")) {
            return Optional.empty();
        }
        String place = parts.group(2) == null ? parts.group(1) : parts.group(2);
        AddressRange range = AddressRange.parse(place);
        if (range != null) {
            boolean bracketed = parts.group(2) != null;
            boolean six = place.indexOf(':') >= 0;
            return bracketed == six ? Optional.of(new AllowedTarget(null, range, port)) : Optional.empty();
        }
        // An address in an unusual notation, such as 0177.1, is a mistake and not a name.
        return parts.group(2) != null
                ? Optional.empty()
                : HostName.parse(place)
                        .filter(host -> host.literal() == null
                                && NAME.matcher(host.text()).matches())
                        .map(host -> new AllowedTarget(host.text(), null, port));
    }

    /** Returns whether the entry covers a connection to this address under this name. */
    boolean matches(HostName host, int toPort, InetAddress address) {
        if (port != ANY_PORT && port != toPort) {
            return false;
        }
        return range != null ? range.contains(address) : host.text().equals(name);
    }
}
