package dev.rowhound.net;

import java.net.IDN;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A URL's host in the canonical form that browsers use: lower case, Punycode for other alphabets, no trailing dot, and
 * each notation of an IPv4 address ({@code 2130706433}, {@code 0x7f.1}, {@code 0177.0.0.1}) as a dotted quad.
 *
 * @param text the canonical form; an IPv6 address stands in brackets
 * @param literal the address, or null if the host is a name that needs DNS
 */
public record HostName(String text, @Nullable InetAddress literal) {
    private static final int MAX_NAME_CHARS = 253;

    /** Limits the input of the IDN conversion, whose time grows with the square of the length. */
    private static final int MAX_WRITTEN_CHARS = 1_000;

    private static final Pattern V6 = Pattern.compile("\\[[0-9a-fA-F:.]*:[0-9a-fA-F:.]*]");

    /** Code points that the URL standard forbids in a host, and the percent sign: percent-encoded hosts are refused. */
    private static final Pattern FORBIDDEN = Pattern.compile("[\\x00-\\x20#%/:<>?@\\[\\\\\\]^|\\x7f]");

    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0[xX][0-9a-fA-F]*");

    /** Parses a host without its port; empty if it is invalid. Never resolves a name. */
    public static Optional<HostName> parse(String host) {
        if (host.length() > MAX_WRITTEN_CHARS) {
            return Optional.empty();
        }
        if (host.startsWith("[")) {
            return v6(host);
        }
        String name = ascii(host);
        if (name == null
                || name.isEmpty()
                || name.length() > MAX_NAME_CHARS
                || FORBIDDEN.matcher(name).find()) {
            return Optional.empty();
        }
        String last = name.substring(name.lastIndexOf('.') + 1);
        return NUMBER.matcher(last).matches() ? v4(name) : Optional.of(new HostName(name, null));
    }

    /** Returns the canonical host of an address. */
    public static HostName of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return new HostName(
                address instanceof Inet4Address ? address.getHostAddress() : "[" + compressed(bytes) + "]",
                withoutName(bytes));
    }

    /** Returns the address without a host name: an address that carries a name would be sent to others by that name. */
    public static InetAddress withoutName(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes", e);
        }
    }

    private static @Nullable String ascii(String host) {
        try {
            // Also maps full stops and digits of other alphabets to ASCII.
            String name = IDN.toASCII(host, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
            return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Optional<HostName> v6(String host) {
        if (!V6.matcher(host).matches()) {
            return Optional.empty();
        }
        try {
            // The brackets keep the JDK from resolving a name. It returns an IPv4-mapped address as IPv4.
            InetAddress address = InetAddress.getByName(host);
            byte[] bytes = address.getAddress();
            String text = bytes.length == 4 ? "::ffff:" + group(bytes, 0) + ":" + group(bytes, 2) : compressed(bytes);
            return Optional.of(new HostName("[" + text + "]", withoutName(bytes)));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static Optional<HostName> v4(String name) {
        String[] parts = name.split("\\.", -1);
        if (parts.length > 4) {
            return Optional.empty();
        }
        long value = 0;
        for (int i = 0; i < parts.length; i++) {
            boolean last = i == parts.length - 1;
            // The last number fills all remaining bytes.
            int bytes = last ? 4 - i : 1;
            long part = number(parts[i]);
            if (part < 0 || part >= 1L << Byte.SIZE * bytes) {
                return Optional.empty();
            }
            value = (value << Byte.SIZE * bytes) + part;
        }
        byte[] address = {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value};
        InetAddress literal = withoutName(address);
        return Optional.of(new HostName(literal.getHostAddress(), literal));
    }

    /**
     * Parses a decimal, octal (leading 0) or hexadecimal (leading 0x) number; returns -1 if it is invalid or too large.
     */
    private static long number(String part) {
        if (!NUMBER.matcher(part).matches() || part.length() > 20) {
            return -1;
        }
        try {
            if (part.startsWith("0x") || part.startsWith("0X")) {
                return part.length() == 2 ? 0 : Long.parseLong(part.substring(2), 16);
            }
            return Long.parseLong(part, part.length() > 1 && part.startsWith("0") ? 8 : 10);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Formats an IPv6 address as in RFC 5952: {@code ::} replaces the longest run of zero groups. */
    private static String compressed(byte[] bytes) {
        int start = -1;
        int length = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && bytes[2 * end] == 0 && bytes[2 * end + 1] == 0) {
                end++;
            }
            if (end - i > length) {
                start = i;
                length = end - i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == start) {
                text.append("::");
                i += length - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(group(bytes, 2 * i));
            }
        }
        return text.toString();
    }

    private static String group(byte[] bytes, int at) {
        String hex = HexFormat.of().formatHex(bytes, at, at + 2).replaceFirst("^0+", "");
        return hex.isEmpty() ? "0" : hex;
    }
}
