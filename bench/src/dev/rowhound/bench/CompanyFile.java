package dev.rowhound.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** A CSV file of companies: their tax code, each another one and with the right check digit, and their name. */
final class CompanyFile {
    private static final int[] WEIGHTS = {31, 29, 23, 19, 17, 13, 7, 5, 3};

    /** How far tax codes lie apart, so that they do not look alike; it shares no divisor with {@link #NUMBERS}. */
    private static final long STRIDE = 618_033_989;

    /** How many numbers of nine digits there are. */
    private static final long NUMBERS = 1_000_000_000;

    private static final List<String> FORMS = List.of("CTY TNHH", "CTY CP", "DNTN", "HTX", "CN CTY");

    private static final List<String> LINES = List.of(
            "Xây dựng", "Vận tải", "Du lịch", "May mặc", "Thủy sản", "Nội thất", "Dược phẩm", "Cơ khí", "Cà phê");

    private static final List<String> NAMES = List.of(
            "Minh", "Hoàng", "Đại", "An", "Phú", "Hải", "Việt", "Tân", "Nam", "Đông", "Hồng", "Bảo", "Kim", "Ngọc",
            "Khôi", "Phát", "Bình", "Lộc", "Tín", "Phong", "Sơn", "Hà", "Châu", "Mai", "Xuân", "Hưng", "Lâm", "Khánh");

    private CompanyFile() {}

    /**
     * Writes one, the same for the same arguments.
     *
     * @param bytes how long a row is, its line end included
     */
    static void write(Path file, int rows, int bytes) throws IOException {
        Random random = new Random(rows);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            out.write("tax_code,name\n".getBytes(StandardCharsets.UTF_8));
            long number = 0;
            for (int row = 0; row < rows; row++) {
                String code;
                do {
                    number = (number + STRIDE) % NUMBERS;
                    code = code(number);
                } while (code.isEmpty());
                out.write(
                        (code + "," + name(random, bytes - code.length() - 2) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    /** The tax code of that number; some numbers have no check digit, and stand in none. */
    private static String code(long number) {
        String digits = String.format("%09d", number);
        int sum = 0;
        for (int i = 0; i < WEIGHTS.length; i++) {
            sum += WEIGHTS[i] * (digits.charAt(i) - '0');
        }
        int check = 10 - sum % 11;
        return check == 10 ? "" : digits + check;
    }

    /** A name of exactly so many bytes: as many words as fit, and a number. */
    private static String name(Random random, int bytes) {
        StringBuilder name = new StringBuilder(pick(FORMS, random) + " " + pick(LINES, random));
        int left = bytes - length(name.toString());
        while (true) {
            String word = " " + pick(NAMES, random);
            if (length(word) > left) {
                break;
            }
            name.append(word);
            left -= length(word);
        }
        for (; left > 0; left--) {
            name.append((char) ('1' + random.nextInt(9)));
        }
        return name.toString();
    }

    private static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String pick(List<String> choices, Random random) {
        return choices.get(random.nextInt(choices.size()));
    }
}
