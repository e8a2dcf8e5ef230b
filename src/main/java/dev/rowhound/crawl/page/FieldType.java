package dev.rowhound.crawl.page;

import dev.rowhound.net.WebLink;
import dev.rowhound.recipe.Field;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns a field's text into its value. */
final class FieldType {
    /** Groups of three digits, all parted in the same way, or digits alone. */
    private static final Pattern INTEGER = Pattern.compile("[+-]?(?:\\d{1,3}(?:([ .,])\\d{3})(?:\\1\\d{3})*|\\d+)");

    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(?:\\d{1,3}(?:([ ,])\\d{3})(?:\\1\\d{3})*|\\d+)(?:\\.\\d+)?");
    private static final Pattern GROUPING = Pattern.compile("[ ,]");
    private static final Pattern WHOLE_GROUPING = Pattern.compile("[ .,]");

    /** No number that a program can hold is longer; the groups of a longer one would take a stack frame each. */
    private static final int MAX_NUMBER_CHARS = 500;

    private FieldType() {}

    /**
     * The value of a text whose space is folded; nothing if the text is not of the field's type.
     *
     * @param base the address of the page, which completes others
     * @param locale the language of the site, or null
     */
    static Optional<Object> parse(Field field, String text, String base, @Nullable String locale) {
        return switch (field.type()) {
            case STRING -> Optional.of(text);
            case INTEGER -> integer(text);
            case NUMBER -> number(text);
            case DATE -> DateText.parse(text, field.format(), locale).map(date -> date);
            case URL -> WebLink.resolve(base, text).map(address -> address);
        };
    }

    /** What the field's type is called in a message. */
    static String describe(Field field) {
        return switch (field.type()) {
            case STRING -> "a text";
            case INTEGER -> "a whole number";
            case NUMBER -> "a number";
            case DATE -> field.format() == null ? "a date such as 2026-11-22" : "a date such as " + field.format();
            case URL -> "an address of the web";
        };
    }

    private static Optional<Object> integer(String text) {
        if (text.length() > MAX_NUMBER_CHARS || !INTEGER.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(WHOLE_GROUPING.matcher(text).replaceAll("")));
        } catch (NumberFormatException e) {
            return Optional.empty(); // more digits than 64 bits hold
        }
    }

    private static Optional<Object> number(String text) {
        if (text.length() > MAX_NUMBER_CHARS || !NUMBER.matcher(text).matches()) {
            return Optional.empty();
        }
        double value = Double.parseDouble(GROUPING.matcher(text).replaceAll(""));
        return Double.isInfinite(value) ? Optional.empty() : Optional.of(value);
    }
}
