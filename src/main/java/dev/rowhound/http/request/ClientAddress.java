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
 * Where a request comes from. Anyone can send the headers that tell it, so they are believed only where a configured
 * proxy has sent them: the address is that of the nearest peer that is no such proxy.
 */
public final class ClientAddress {
    private static final String FORWARDED_FOR = "X-Forwarded-For";
    private static final String CF_CONNECTING_IP = "CF-Connecting-IP";
    private static final Pattern COMMA = Pattern.compile(",");

    /** An address of a list may have a port behind it, and one of IPv6 brackets around it. */
    private static final Pattern WITH_PORT = Pattern.compile("\\[([^]]+)](?::[0-9]{1,5})?|([0-9.]+):[0-9]{1,5}");

    private final List<AddressRange> trusted;
    private final Source source;

    /** The header that trusted proxies tell the address by. */
    enum Source {
        /** The list that each proxy on the way adds the address of its own peer to. */
        X_FORWARDED_FOR,
        /** The one address that Cloudflare's edge gives; the list where that is missing. */
        CF_CONNECTING_IP
    }

    ClientAddress(List<AddressRange> trusted, Source source) {
        this.trusted = List.copyOf(trusted);
        this.source = source;
    }

    /** Reads {@code trusted_proxies} and {@code client_address} of the section {@code http}. */
    public static ClientAddress from(JsonReader section) {
        List<AddressRange> ranges = new ArrayList<>();
        List<String> given = section.strings("trusted_proxies");
        for (int i = 0; i < given.size(); i++) {
            AddressRange range = AddressRange.parse(given.get(i));
            if (range == null) {
                section.problem(
                        "trusted_proxies[" + i + "]",
                        "is \"" + given.get(i) + "\"; give an address or a range, such as 10.0.0.0/8 or fd00::/8, whose"
                                + " remaining bits are zero");
            } else {
                ranges.add(range);
            }
        }
        Source source = section.choice("client_address", Source.X_FORWARDED_FOR);
        if (source == Source.CF_CONNECTING_IP && given.isEmpty()) {
            section.problem(
                    "client_address",
                    "is \"" + source.name().toLowerCase(Locale.ROOT)
                            + "\", but no proxy is trusted to send it; list them in http.trusted_proxies");
        }
        return new ClientAddress(ranges, source);
    }

    /** The address of a request's client, in its shortest form; of the peer itself where that is not known better. */
    public String of(HttpServerRequest request) {
        return of(
                request.remoteAddress() == null ? null : request.remoteAddress().hostAddress(),
                request.headers().getAll(FORWARDED_FOR),
                request.getHeader(CF_CONNECTING_IP));
    }

    /**
     * The same from its parts.
     *
     * @param peer the other end of the connection; null for one that is not of the network
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
            InetAddress told = AddressRange.address(connecting.strip());
            if (told != null) {
                return told.getHostAddress();
            }
        }
        List<String> hops = forwarded.stream().flatMap(COMMA::splitAsStream).toList();
        for (int i = hops.size() - 1; i >= 0; i--) {
            InetAddress hop = hop(hops.get(i).strip());
            if (hop == null) {
                // Whatever stands before it was told by nobody who is trusted.
                break;
            }
            nearest = hop;
            if (!trusts(hop)) {
                break;
            }
        }
        return nearest.getHostAddress();
    }

    /** Whether no proxy is trusted. */
    public boolean trustsNobody() {
        return trusted.isEmpty();
    }

    /** Whether the other end of the connection is a trusted proxy, whose headers are believed. */
    public boolean isTrustedPeer(HttpServerRequest request) {
        InetAddress peer = request.remoteAddress() == null
                ? null
                : AddressRange.address(withoutZone(request.remoteAddress().hostAddress()));
        return peer != null && trusts(peer);
    }

    /** An address of the link has the interface behind it. */
    private static String withoutZone(String address) {
        return address.replaceFirst("%.*", "");
    }

    private static @Nullable InetAddress hop(String text) {
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
