package dev.rowhound.intake;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Tells whether the first line of a file of one column is its header where the recipe says nothing about keys: it must
 * be unlike all the lines below it, or a common name of a column. A doubtful line is a row, so that no key is lost.
 */
final class HeaderGuess {
    /** How many lines are looked at. */
    static final int LINES = 20;

    /** So many keys must be of one form before a line of another form is none of them. */
    private static final int MIN_ALIKE = 3;

    /** What such columns are called, in small letters without marks and signs. */
    private static final Set<String> NAMES = Set.of(
            "address",
            "cccd",
            "class",
            "cmnd",
            "code",
            "company",
            "company name",
            "company code",
            "dia chi",
            "domain",
            "email",
            "id",
            "id number",
            "identifier",
            "key",
            "link",
            "ma",
            "ma doanh nghiep",
            "ma so",
            "ma so doanh nghiep",
            "ma so thue",
            "masothue",
            "mst",
            "name",
            "no",
            "number",
            "phone",
            "registration number",
            "so dien thoai",
            "tax code",
            "tax id",
            "tax number",
            "taxcode",
            "taxid",
            "ten",
            "ten cong ty",
            "ten doanh nghiep",
            "title",
            "url",
            "vat number",
            "website");

    private HeaderGuess() {}

    /**
     * Whether the line is a header.
     *
     * @param below the lines below it, the first {@value #LINES} at most
     */
    static boolean isHeader(String line, List<String> below) {
        if (below.isEmpty() || hasDigit(line) || !hasLetter(line) || below.contains(line)) {
            return false;
        }
        if (NAMES.contains(plain(line)) || below.stream().allMatch(key -> hasDigit(key) && !hasLetter(key))) {
            return true;
        }
        String form = form(below.get(0));
        return below.size() >= MIN_ALIKE
                && hasDigit(form)
                && below.stream().allMatch(key -> form(key).equals(form));
    }

    private static boolean hasDigit(String text) {
        return text.codePoints().anyMatch(Character::isDigit);
    }

    private static boolean hasLetter(String text) {
        return text.codePoints().anyMatch(Character::isLetter);
    }

    /** A key with each run of digits as one, and each run of letters: {@code VN-0123} is {@code a-9}. */
    private static String form(String key) {
        StringBuilder form = new StringBuilder();
        key.strip().codePoints().forEach(c -> {
            int kind = Character.isDigit(c) ? '9' : Character.isLetter(c) ? 'a' : c;
            boolean run = (kind == '9' || kind == 'a') && !form.isEmpty() && form.charAt(form.length() - 1) == kind;
            if (!run) {
                form.appendCodePoint(kind);
            }
        });
        return form.toString();
    }

    /** A name in small letters, without the marks of letters, and with one space for whatever is between words. */
    private static String plain(String name) {
        return Normalizer.normalize(name.replace('đ', 'd').replace('Đ', 'D'), Normalizer.Form.NFD)
                .replaceAll("\\p{M}", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}]+", " ")
                .strip();
    }
}
