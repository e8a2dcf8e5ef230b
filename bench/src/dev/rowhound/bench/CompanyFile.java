package dev.rowhound.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Generates a CSV file of companies with unique, valid tax codes and names. */
final class CompanyFile {
    private static final int[] WEIGHTS = {31, 29, 23, 19, 17, 13, 7, 5, 3};

    /** The distance between tax codes, which makes them dissimilar; coprime to {@link #NUMBERS}, so they are unique. */
    private static final long STRIDE = 618_033_989;

    /** The count of nine-digit numbers. */
    private static final long NUMBERS = 1_000_000_000;

    private static final List<String> FORMS = List.of("CTY TNHH", "CTY CP", "DNTN", "HTX", "CN CTY");

    private static final List<String> LINES = List.of(
            "Xây dựng", "Vận tải", "Du lịch", "May mặc", "Thủy sản", "Nội thất", "Dược phẩm", "Cơ khí", "Cà phê");

    private static final List<String> NAMES = List.of(
            "Minh", "Hoàng", "Đại", "An", "Phú", "Hải", "Việt", "Tân", "Nam", "Đông", "Hồng", "Bảo", "Kim", "Ngọc",
            "Khôi", "Phát", "Bình", "Lộc", "Tín", "Phong", "Sơn", "Hà", "Châu", "Mai", "Xuân", "Hưng", "Lâm", "Khánh");

    private CompanyFile() {}

    /**
     * Writes a file, which is identical for identical arguments.
     *
     * @param bytes the length of a row including its line end
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

    /** Returns the tax code of a number, or the empty string for a number without a valid check digit. */
    private static String code(long number) {
        String digits = String.format("%09d", number);
        int sum = 0;
        for (int i = 0; i < WEIGHTS.length; i++) {
            sum += WEIGHTS[i] * (digits.charAt(i) - '0');
        }
        int check = 10 - sum % 11;
        return check == 10 ? "" : digits + check;
    }

    /** Returns a name of exactly {@code bytes} bytes: as many words as fit, and digits. */
    private static String name(Random random, int bytes) {
        StringBuilder name = new StringBuilder(pick(FORMS, random) + " " + pick(LINES, random));
        int remaining = bytes - length(name.toString());
        while (true) {
            String word = " " + pick(NAMES, random);
            if (length(word) > remaining) {
                break;
            }
            name.append(word);
            remaining -= length(word);
        }
        for (; remaining > 0; remaining--) {
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
