package dev.rowhound.crawl.page;

import dev.rowhound.net.WebLink;
import dev.rowhound.recipe.Field;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Converts a field's text to its type. */
final class FieldType {
    /** Digits alone, or groups of three with a uniform separator. */
    private static final Pattern INTEGER = Pattern.compile("[+-]?(?:\\d{1,3}(?:([ .,])\\d{3})(?:\\1\\d{3})*|\\d+)");

    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(?:\\d{1,3}(?:([ ,])\\d{3})(?:\\1\\d{3})*|\\d+)(?:\\.\\d+)?");
    private static final Pattern GROUPING = Pattern.compile("[ ,]");
    private static final Pattern WHOLE_GROUPING = Pattern.compile("[ .,]");

    /** No representable number is longer; each group of a longer one would take a stack frame. */
    private static final int MAX_NUMBER_CHARS = 500;

    private FieldType() {}

    /**
     * Converts a text with normalised whitespace; empty if it is not of the field's type.
     *
     * @param base the page's address, which resolves relative ones
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

    /** Describes the field's type for messages. */
    static String describe(Field field) {
        return switch (field.type()) {
            case STRING -> "a text";
            case INTEGER -> "a whole number";
            case NUMBER -> "a number";
            case DATE -> field.format() == null ? "a date such as 2026-11-22" : "a date such as " + field.format();
            case URL -> "a web URL";
        };
    }

    private static Optional<Object> integer(String text) {
        if (text.length() > MAX_NUMBER_CHARS || !INTEGER.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(WHOLE_GROUPING.matcher(text).replaceAll("")));
        } catch (NumberFormatException e) {
            return Optional.empty(); // exceeds 64 bits
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
