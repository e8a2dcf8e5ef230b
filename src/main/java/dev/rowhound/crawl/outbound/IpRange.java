package dev.rowhound.crawl.outbound;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * IP addresses that begin with the same bits.
 *
 * @param first the lowest of them
 * @param bits how many leading bits they share
 */
record IpRange(InetAddress first, int bits) {
    private static final Pattern V4 = Pattern.compile("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}");
    private static final Pattern RANGE = Pattern.compile("([^/]+)(?:/([0-9]{1,3}))?");

    /** Reads {@code 10.0.0.0/8}, {@code fd00::/8} or one address; empty for what is none, or has bits past the prefix. */
    static Optional<IpRange> parse(String text) {
        Matcher range = RANGE.matcher(text);
        if (!range.matches()) {
            return Optional.empty();
        }
        String address = range.group(1);
        boolean six = address.indexOf(':') >= 0;
        if (!six && !V4.matcher(address).matches()) {
            return Optional.empty();
        }
        InetAddress literal = HostName.parse(six ? "[" + address + "]" : address)
                .map(HostName::literal)
                .orElse(null);
        if (literal == null) {
            return Optional.empty();
        }
        int all = literal.getAddress().length * Byte.SIZE;
        int bits = range.group(2) == null ? all : Integer.parseInt(range.group(2));
        if (bits > all || !isFirst(literal.getAddress(), bits)) {
            return Optional.empty();
        }
        return Optional.of(new IpRange(literal, bits));
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
