package dev.rowhound.http.request;

import dev.rowhound.config.JsonReader;
import dev.rowhound.net.AddressRange;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Determines the client address of a request. Any client can send forwarding headers, so they count only if a trusted
 * proxy sent them: the result is the nearest peer that is not a trusted proxy.
 */
public final class ClientAddress {
    private static final String FORWARDED_FOR = "X-Forwarded-For";
    private static final String CF_CONNECTING_IP = "CF-Connecting-IP";
    private static final Pattern COMMA = Pattern.compile(",");

    /** An entry of the list may have a port, and an IPv6 address may have brackets. */
    private static final Pattern WITH_PORT = Pattern.compile("\\[([^]]+)](?::[0-9]{1,5})?|([0-9.]+):[0-9]{1,5}");

    private final List<AddressRange> trusted;
    private final Source source;

    /** The header in which trusted proxies pass the client address. */
    enum Source {
        /** A list to which each proxy appends the address of its peer. */
        X_FORWARDED_FOR,
        /** The client address from Cloudflare's edge; if the header is missing, the list applies. */
        CF_CONNECTING_IP
    }

    ClientAddress(List<AddressRange> trusted, Source source) {
        this.trusted = List.copyOf(trusted);
        this.source = source;
    }

    /** Reads {@code trusted_proxies} and {@code client_address} of the section {@code http}. */
    public static ClientAddress from(JsonReader section) {
        List<AddressRange> ranges = new ArrayList<>();
        List<String> entries = section.strings("trusted_proxies");
        for (int i = 0; i < entries.size(); i++) {
            AddressRange range = AddressRange.parse(entries.get(i));
            if (range == null) {
                section.problem(
                        "trusted_proxies[" + i + "]",
                        "is \"" + entries.get(i)
                                + "\"; use an address or a range, such as 10.0.0.0/8 or fd00::/8, whose"
                                + " remaining bits are zero");
            } else {
                ranges.add(range);
            }
        }
        Source source = section.choice("client_address", Source.X_FORWARDED_FOR);
        if (source == Source.CF_CONNECTING_IP && entries.isEmpty()) {
            section.problem(
                    "client_address",
                    "is \"" + source.name().toLowerCase(Locale.ROOT)
                            + "\", but no proxy is trusted to send it; list them in http.trusted_proxies");
        }
        return new ClientAddress(ranges, source);
    }

    /** Returns the client address in its shortest form; the peer's own address if no trusted header gives another. */
    public String of(HttpServerRequest request) {
        return of(
                request.remoteAddress() == null ? null : request.remoteAddress().hostAddress(),
                request.headers().getAll(FORWARDED_FOR),
                request.getHeader(CF_CONNECTING_IP));
    }

    /**
     * Returns the client address for a peer and its headers.
     *
     * @param peer the remote address of the connection; null for a connection that is not from the network
     * @param forwarded the headers {@code X-Forwarded-For}, in their order
     * @param connecting the header {@code CF-Connecting-IP}, or null
     */
    public String of(@Nullable String peer, List<String> forwarded, @Nullable String connecting) {
        if (peer == null) {
            return "local";
        }
        InetAddress nearest = AddressRange.address(withoutZone(peer));
        if (nearest == null || !trusts(nearest)) {
            return nearest == null ? peer : nearest.getHostAddress();
        }
        if (source == Source.CF_CONNECTING_IP && connecting != null) {
            InetAddress client = AddressRange.address(connecting.strip());
            if (client != null) {
                return client.getHostAddress();
            }
        }
        List<String> hops = forwarded.stream().flatMap(COMMA::splitAsStream).toList();
        for (int i = hops.size() - 1; i >= 0; i--) {
            InetAddress hop = parseHop(hops.get(i).strip());
            if (hop == null) {
                // The entries before this one were not added by a trusted proxy.
                break;
            }
            nearest = hop;
            if (!trusts(hop)) {
                break;
            }
        }
        return nearest.getHostAddress();
    }

    public boolean trustsNobody() {
        return trusted.isEmpty();
    }

    /** Returns whether the peer is a trusted proxy, so that its headers count. */
    public boolean isTrustedPeer(HttpServerRequest request) {
        InetAddress peer = request.remoteAddress() == null
                ? null
                : AddressRange.address(withoutZone(request.remoteAddress().hostAddress()));
        return peer != null && trusts(peer);
    }

    /** Removes the zone (interface) of a link-local IPv6 address. */
    private static String withoutZone(String address) {
        return address.replaceFirst("%.*", "");
    }

    private static @Nullable InetAddress parseHop(String text) {
        Matcher withPort = WITH_PORT.matcher(text);
        if (!withPort.matches()) {
            return AddressRange.address(text);
        }
        return AddressRange.address(withPort.group(1) == null ? withPort.group(2) : withPort.group(1));
    }

    private boolean trusts(InetAddress address) {
        return trusted.stream().anyMatch(range -> range.contains(address));
    }
}
