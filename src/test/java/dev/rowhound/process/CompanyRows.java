package dev.rowhound.process;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** A CSV of tax codes, each another one and with the right check digit, made as it is read. */
final class CompanyRows extends InputStream {
    private static final int[] WEIGHTS = {31, 29, 23, 19, 17, 13, 7, 5, 3};
    private static final int FIRST = 10_000_000;

    private final int rows;
    private byte[] line = "tax_code,customer\n".getBytes(StandardCharsets.UTF_8);
    private int position;
    private int made;
    private int number = FIRST;
    private long bytesRead;

    CompanyRows(int rows) {
        this.rows = rows;
    }

    long bytesRead() {
        return bytesRead;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        int taken = 0;
        while (taken < length) {
            if (position == line.length) {
                if (made == rows) {
                    break;
                }
                line = next().getBytes(StandardCharsets.UTF_8);
                position = 0;
                made++;
            }
            int part = Math.min(length - taken, line.length - position);
            System.arraycopy(line, position, target, offset + taken, part);
            position += part;
            taken += part;
        }
        bytesRead += taken;
        return taken == 0 && length > 0 ? -1 : taken;
    }

    private String next() {
        while (true) {
            number++;
            String digits = String.format("%09d", number);
            int sum = 0;
            for (int i = 0; i < WEIGHTS.length; i++) {
                sum += WEIGHTS[i] * (digits.charAt(i) - '0');
            }
            int check = 10 - sum % 11;
            // Some nine digits have no check digit, and stand in no tax code.
            if (check < 10 && check >= 0) {
                return digits + check + ",a customer whose own number is " + number + "\n";
            }
        }
    }
}
