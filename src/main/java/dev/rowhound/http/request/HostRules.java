package dev.rowhound.http.request;

import dev.rowhound.config.JsonReader;
import dev.rowhound.net.AddressRange;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The host names and addresses that a port serves. This check prevents DNS rebinding: a browser treats a page whose
 * name resolves to this address as same-origin, and only the {@code Host} header shows that the page used another name.
 *
 * @param names in lower case, without a trailing dot
 * @param addresses ranges of literal addresses
 * @param all whether every host is served
 */
public record HostRules(Set<String> names, List<AddressRange> addresses, boolean all) {
    private static final String KEY = "hosts";
    private static final String EVERY = "*";
    private static final Set<String> ANY_INTERFACE = Set.of("0.0.0.0", "::");
    private static final List<AddressRange> LOOPBACK = List.of(AddressRange.of("127.0.0.0/8"), AddressRange.of("::1"));
    private static final List<AddressRange> EVERY_ADDRESS =
            List.of(AddressRange.of("0.0.0.0/0"), AddressRange.of("::/0"));
    private static final Pattern NAME = Pattern.compile("[a-z0-9_]([a-z0-9_.-]{0,252}[a-z0-9_])?");

    /** The trailing dot of a fully qualified name is optional. */
    private static final Pattern DOT = Pattern.compile("\\.$");

    public HostRules {
        names = Set.copyOf(names);
        addresses = List.copyOf(addresses);
    }

    /**
     * Reads the key {@code hosts} of the section {@code http}. Loopback names and the listening host are always served.
     */
    public static HostRules from(JsonReader section, String listening) {
        Set<String> names = new HashSet<>(Set.of("localhost"));
        List<AddressRange> addresses = new ArrayList<>(LOOPBACK);
        boolean all = false;
        List<String> entries = section.strings(KEY);
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).equals(EVERY)) {
                all = true;
            } else if (!add(entries.get(i), names, addresses)) {
                section.problem(
                        KEY + "[" + i + "]",
                        "is \"" + entries.get(i)
                                + "\"; use a name such as rowhound.example, an address or a range such as"
                                + " 10.0.0.0/8, without scheme and port, or \"*\" for every host");
            }
        }
        if (!ANY_INTERFACE.contains(listening)) {
            add(listening, names, addresses);
        }
        return new HostRules(names, addresses, all);
    }

    /**
     * Returns these rules with every literal address added, because probes of Kubernetes and load balancers address
     * nodes that way. DNS rebinding needs a name, so an address is safe.
     */
    public HostRules withEveryAddress() {
        return new HostRules(names, EVERY_ADDRESS, all);
    }

    private static boolean add(String entry, Set<String> names, List<AddressRange> addresses) {
        String name = plain(entry);
        AddressRange range = AddressRange.parse(name);
        if (range != null) {
            return addresses.add(range);
        }
        return NAME.matcher(name).matches() && names.add(name);
    }

    /** Returns why this port does not serve the requested host, or null. */
    @Nullable
    RequestFault fault(HttpServerRequest request) {
        List<String> headers = request.headers().getAll("Host");
        if (headers.isEmpty() && request.version() == HttpVersion.HTTP_1_0) {
            // HTTP/1.0 without Host comes from simple probes, never from browsers.
            return null;
        }
        HostAndPort authority = headers.size() > 1 ? null : request.authority();
        if (authority == null || authority.host().isEmpty() || !hostMatches(request.uri(), authority)) {
            return RequestFault.of(400, "bad_host", "send exactly one Host header with the requested host", "Host");
        }
        String host = plain(authority.host());
        if (all || includes(host)) {
            return null;
        }
        return RequestFault.of(
                421,
                "unknown_host",
                "the host \"" + host
                        + "\" is not served here; if it is a name of this node, list it in http.hosts, such"
                        + " as ROWHOUND_HTTP_HOSTS=" + host
                        + ", and if a proxy has put it there, let the proxy pass on the"
                        + " client's Host",
                "Host");
    }

    private boolean includes(String host) {
        InetAddress address = AddressRange.address(host);
        return address == null ? names.contains(host) : addresses.stream().anyMatch(range -> range.contains(address));
    }

    /** Returns whether the host of an absolute request target, as sent to proxies, equals the {@code Host} header. */
    private static boolean hostMatches(String uri, HostAndPort authority) {
        int scheme = uri.startsWith("/") ? -1 : uri.indexOf("://");
        if (scheme < 0) {
            return true;
        }
        String rest = uri.substring(scheme + "://".length());
        HostAndPort target = HostAndPort.parseAuthority(rest.split("[/?#]", 2)[0], -1);
        return target != null && plain(target.host()).equals(plain(authority.host()));
    }

    /** Normalizes a host for comparison: lower case, without IPv6 brackets and without a trailing dot. */
    static String plain(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.startsWith("[") && lower.endsWith("]")
                ? lower.substring(1, lower.length() - 1)
                : DOT.matcher(lower).replaceFirst("");
    }
}
