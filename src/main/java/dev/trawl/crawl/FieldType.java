package dev.trawl.crawl;

import dev.trawl.recipe.Field;
import java.util.Optional;
import java.util.regex.Pattern;

/** Turns a field's text into its value. */
final class FieldType {
    /** Groups of three digits, all parted in the same way, or digits alone. */
    private static final Pattern INTEGER = Pattern.compile("[+-]?(?:\\d{1,3}(?:([ .,])\\d{3})(?:\\1\\d{3})*|\\d+)");

    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(?:\\d{1,3}(?:([ ,])\\d{3})(?:\\1\\d{3})*|\\d+)(?:\\.\\d+)?");
    private static final Pattern GROUPING = Pattern.compile("[ ,]");
    private static final Pattern WHOLE_GROUPING = Pattern.compile("[ .,]");

    private FieldType() {}

    /** The value of a text whose space is folded; nothing if the text is not of that type. */
    static Optional<Object> parse(Field.Type type, String text) {
        return switch (type) {
            case STRING -> Optional.of(text);
            case INTEGER -> integer(text);
            case NUMBER -> number(text);
        };
    }

    /** What the type is called in a message. */
    static String describe(Field.Type type) {
        return switch (type) {
            case STRING -> "a text";
            case INTEGER -> "a whole number";
            case NUMBER -> "a number";
        };
    }

    private static Optional<Object> integer(String text) {
        if (!INTEGER.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(WHOLE_GROUPING.matcher(text).replaceAll("")));
        } catch (NumberFormatException e) {
            return Optional.empty(); // more digits than 64 bits hold
        }
    }

    private static Optional<Object> number(String text) {
        if (!NUMBER.matcher(text).matches()) {
            return Optional.empty();
        }
        double value = Double.parseDouble(GROUPING.matcher(text).replaceAll(""));
        return Double.isInfinite(value) ? Optional.empty() : Optional.of(value);
    }
}
