package dev.rowhound.intake;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Decides whether the first line of a single-column file is a header if the recipe does not validate keys: it must
 * differ in form from all lines below it, or be a common column name. A doubtful line counts as a row, so that no key
 * is lost.
 */
final class HeaderGuess {
    /** How many lines are examined. */
    static final int LINES = 20;

    /** At least this many keys must share a form before a line of another form counts as a header. */
    private static final int MIN_ALIKE = 3;

    /** Common names of key columns, in lower case, without diacritics and punctuation. */
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
     * Returns whether the line is a header.
     *
     * @param below at most the first {@value #LINES} lines below it
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

    /** Collapses each run of digits to {@code 9} and of letters to {@code a}: {@code VN-0123} becomes {@code a-9}. */
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

    /** Normalizes a name: lower case, no diacritics, one space for any separator. */
    private static String plain(String name) {
        return Normalizer.normalize(name.replace('đ', 'd').replace('Đ', 'D'), Normalizer.Form.NFD)
                .replaceAll("\\p{M}", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}]+", " ")
                .strip();
    }
}
