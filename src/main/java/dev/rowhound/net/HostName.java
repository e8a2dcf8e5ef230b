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
 * A host as a URL names it, brought into one spelling as browsers do it: small letters, other alphabets as Punycode, no
 * dot at the end, and each of the many ways to write an IPv4 address ({@code 2130706433}, {@code 0x7f.1}, {@code
 * 0177.0.0.1}) as four decimal numbers.
 *
 * @param text the one spelling, an IPv6 address in brackets
 * @param literal the address, or null where the host is a name that has to be looked up
 */
public record HostName(String text, @Nullable InetAddress literal) {
    private static final int MAX_NAME_CHARS = 253;

    /** Before it is spelt for the DNS, which takes the square of its length. */
    private static final int MAX_WRITTEN_CHARS = 1_000;

    private static final Pattern V6 = Pattern.compile("\\[[0-9a-fA-F:.]*:[0-9a-fA-F:.]*]");

    /** What no host may contain; a percent sign as well, for nobody escapes a host. */
    private static final Pattern FORBIDDEN = Pattern.compile("[\\x00-\\x20#%/:<>?@\\[\\\\\\]^|\\x7f]");

    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0[xX][0-9a-fA-F]*");

    /** Reads a host without its port; empty where it is none. No name is ever looked up. */
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

    /** The host of an address. */
    public static HostName of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return new HostName(
                address instanceof Inet4Address ? address.getHostAddress() : "[" + compressed(bytes) + "]",
                withoutName(bytes));
    }

    /** The address alone: one that remembers a name would be sent to others by it. */
    public static InetAddress withoutName(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes", e);
        }
    }

    private static @Nullable String ascii(String host) {
        try {
            // Turns dots and digits of other alphabets into the usual ones, too.
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
            // With the brackets on it is never looked up; an embedded IPv4 address comes out as one.
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
            // The last number fills all bytes that are left.
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

    /** Decimal, octal after a zero, hexadecimal after 0x; -1 for what is none of them or too large for any address. */
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

    /** As RFC 5952 writes it: the longest run of zeros is left out. */
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
