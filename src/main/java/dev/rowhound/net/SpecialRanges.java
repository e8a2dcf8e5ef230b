package dev.rowhound.net;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Addresses outside the public internet, from IANA's special-purpose address registries, and the addresses of cloud
 * metadata services.
 */
public final class SpecialRanges {
    /**
     * A special range.
     *
     * @param kind a noun phrase that completes "is …"
     */
    private record Special(AddressRange range, String kind) {}

    private static final List<Special> V4 = List.of(
            special("0.0.0.0/8", "an address of this network"),
            special("10.0.0.0/8", "a private address"),
            special("100.64.0.0/10", "a provider's private address"),
            special("127.0.0.0/8", "a loopback address"),
            special("168.63.129.16/32", "a cloud's metadata address"),
            special("169.254.0.0/16", "a link-local address"),
            special("172.16.0.0/12", "a private address"),
            special("192.0.0.0/24", "a reserved address"),
            special("192.0.2.0/24", "an address for documentation"),
            special("192.88.99.0/24", "a reserved address"),
            special("192.168.0.0/16", "a private address"),
            special("198.18.0.0/15", "an address for benchmarks"),
            special("198.51.100.0/24", "an address for documentation"),
            special("203.0.113.0/24", "an address for documentation"),
            special("224.0.0.0/4", "a multicast address"),
            special("255.255.255.255/32", "the broadcast address"),
            special("240.0.0.0/4", "a reserved address"));

    private static final List<Special> V6 = List.of(
            special("::/128", "the unspecified address"),
            special("::1/128", "a loopback address"),
            special("64:ff9b:1::/48", "a private address"),
            special("100::/64", "a reserved address"),
            special("2001:2::/48", "an address for benchmarks"),
            special("2001:10::/28", "a reserved address"),
            special("2001:20::/28", "a reserved address"),
            special("2001:db8::/32", "an address for documentation"),
            special("3fff::/20", "an address for documentation"),
            special("fc00::/7", "a private address"),
            special("fe80::/10", "a link-local address"),
            special("fec0::/10", "a private address"),
            special("ff00::/8", "a multicast address"));

    private static final AddressRange GLOBAL = AddressRange.of("2000::/3");
    private static final AddressRange NAT64 = AddressRange.of("64:ff9b::/96");
    private static final AddressRange SIX_TO_FOUR = AddressRange.of("2002::/16");
    private static final AddressRange TEREDO = AddressRange.of("2001::/32");

    /** {@code ::ffff:0:0/96}, as bytes because Java's parser turns such addresses into IPv4. */
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff};

    private SpecialRanges() {}

    /**
     * Describes an address outside the public internet, such as "a private address"; returns null for a public address.
     */
    public static @Nullable String kindOf(InetAddress address) {
        return kindOf(address.getAddress());
    }

    private static @Nullable String kindOf(byte[] address) {
        if (address.length == 4) {
            return listed(V4, address);
        }
        String kind = listed(V6, address);
        if (kind != null) {
            return kind;
        }
        if (NAT64.contains(address) || AddressRange.sharesBits(MAPPED, address, 96)) {
            return embedded(address, 12, 0);
        }
        if (SIX_TO_FOUR.contains(address)) {
            return embedded(address, 2, 0);
        }
        if (TEREDO.contains(address)) {
            String server = embedded(address, 4, 0);
            // Teredo stores the client's address with its bits inverted (RFC 4380).
            return server != null ? server : embedded(address, 12, 0xff);
        }
        return GLOBAL.contains(address) ? null : "a reserved address";
    }

    private static @Nullable String embedded(byte[] address, int at, int mask) {
        byte[] four = Arrays.copyOfRange(address, at, at + 4);
        for (int i = 0; i < four.length; i++) {
            four[i] ^= (byte) mask;
        }
        String kind = listed(V4, four);
        return kind == null ? null : kind + " inside an IPv6 one";
    }

    private static @Nullable String listed(List<Special> list, byte[] address) {
        for (Special special : list) {
            if (special.range.contains(address)) {
                return special.kind;
            }
        }
        return null;
    }

    private static Special special(String range, String kind) {
        return new Special(AddressRange.of(range), kind);
    }
}
