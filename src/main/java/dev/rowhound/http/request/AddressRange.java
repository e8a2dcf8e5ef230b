package dev.rowhound.http.request;

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
    static @Nullable AddressRange parse(String text) {
        Matcher range = RANGE.matcher(text);
        InetAddress address = range.matches() ? address(range.group(1)) : null;
        if (address == null) {
            return null;
        }
        int all = address.getAddress().length * Byte.SIZE;
        int bits = range.group(2) == null ? all : Integer.parseInt(range.group(2));
        if (bits > all) {
            return null;
        }
        byte[] bytes = address.getAddress();
        for (int bit = bits; bit < all; bit++) {
            if ((bytes[bit / Byte.SIZE] & 0x80 >> bit % Byte.SIZE) != 0) {
                // "10.1.2.3/8": whether the address or the number of bits is meant cannot be known.
                return null;
            }
        }
        return new AddressRange(address, bits);
    }

    /** Reads an address as it stands; null for what is none. No name is ever looked up. */
    static @Nullable InetAddress address(String text) {
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
    boolean contains(InetAddress address) {
        byte[] mine = first.getAddress();
        byte[] other = address.getAddress();
        if (mine.length != other.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> bit % Byte.SIZE;
            if (((mine[bit / Byte.SIZE] ^ other[bit / Byte.SIZE]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }
}
