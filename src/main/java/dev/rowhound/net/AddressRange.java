package dev.rowhound.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A range of IP addresses, written as an address and the number of leading bits that count, such as {@code 10.0.0.0/8}.
 *
 * @param first its address with all other bits at zero
 * @param bits how many leading bits count
 */
public record AddressRange(InetAddress first, int bits) {
    private static final String BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern V4 = Pattern.compile(BYTE + "(?:\\." + BYTE + "){3}");
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern RANGE = Pattern.compile("([^/]+)(?:/([0-9]{1,3}))?");

    /** Reads a range, or one address, which is the range of itself; null for what is neither. */
    public static @Nullable AddressRange parse(String text) {
        Matcher range = RANGE.matcher(text);
        InetAddress address = range.matches() ? address(range.group(1)) : null;
        if (address == null) {
            return null;
        }
        byte[] bytes = address.getAddress();
        int all = bytes.length * Byte.SIZE;
        int bits = range.group(2) == null ? all : Integer.parseInt(range.group(2));
        // "10.1.2.3/8": whether the address or the number of bits is meant cannot be known.
        return bits > all || !isFirst(bytes, bits) ? null : new AddressRange(address, bits);
    }

    /**
     * Reads a range that a program names.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static AddressRange of(String text) {
        AddressRange range = parse(text);
        if (range == null) {
            throw new IllegalArgumentException(text);
        }
        return range;
    }

    /** Reads an address as it stands; null for what is none. No name is ever looked up. */
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

    /** Whether the address lies in it. */
    public boolean contains(InetAddress address) {
        return contains(address.getAddress());
    }

    /** Whether those bytes of an address lie in it. */
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
