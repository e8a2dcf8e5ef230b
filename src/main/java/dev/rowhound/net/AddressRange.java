package dev.rowhound.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A range of IP addresses in CIDR notation, such as {@code 10.0.0.0/8}.
 *
 * @param first the network address: all bits after the prefix are zero
 * @param bits the prefix length
 */
public record AddressRange(InetAddress first, int bits) {
    private static final String BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern V4 = Pattern.compile(BYTE + "(?:\\." + BYTE + "){3}");
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern RANGE = Pattern.compile("([^/]+)(?:/([0-9]{1,3}))?");

    /** Parses a CIDR range or a single address (a range of one); returns null if the text is neither. */
    public static @Nullable AddressRange parse(String text) {
        Matcher range = RANGE.matcher(text);
        InetAddress address = range.matches() ? address(range.group(1)) : null;
        if (address == null) {
            return null;
        }
        byte[] bytes = address.getAddress();
        int all = bytes.length * Byte.SIZE;
        int bits = range.group(2) == null ? all : Integer.parseInt(range.group(2));
        // "10.1.2.3/8" is rejected: it is ambiguous whether the author meant the address or the network.
        return bits > all || !isFirst(bytes, bits) ? null : new AddressRange(address, bits);
    }

    /**
     * Parses a range that is a constant of the program.
     *
     * @throws IllegalArgumentException if the text is not a range
     */
    public static AddressRange of(String text) {
        AddressRange range = parse(text);
        if (range == null) {
            throw new IllegalArgumentException(text);
        }
        return range;
    }

    /** Parses an IP literal; returns null if the text is not one. Never resolves a name. */
    public static @Nullable InetAddress address(String text) {
        boolean six = V6.matcher(text).matches();
        if (!six && !V4.matcher(text).matches()) {
            return null;
        }
        try {
            return InetAddress.getByName(six ? "[" + text + "]" : text);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** Returns whether the range contains the address. */
    public boolean contains(InetAddress address) {
        return contains(address.getAddress());
    }

    boolean contains(byte[] address) {
        byte[] mine = first.getAddress();
        return mine.length == address.length && sharesBits(mine, address, bits);
    }

    static boolean sharesBits(byte[] one, byte[] other, int bits) {
        int whole = bits / Byte.SIZE;
        for (int i = 0; i < whole; i++) {
            if (one[i] != other[i]) {
                return false;
            }
        }
        int rest = bits % Byte.SIZE;
        return rest == 0 || ((one[whole] ^ other[whole]) & 0xff00 >> rest & 0xff) == 0;
    }

    private static boolean isFirst(byte[] bytes, int bits) {
        for (int bit = bits; bit < bytes.length * Byte.SIZE; bit++) {
            if ((bytes[bit / Byte.SIZE] & 0x80 >> bit % Byte.SIZE) != 0) {
                return false;
            }
        }
        return true;
    }
}
