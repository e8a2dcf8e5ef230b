package dev.rowhound.recipe;

import dev.rowhound.recipe.pattern.BoundedPattern;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A field to extract from a page.
 *
 * @param selector the elements that hold the value; empty for the row itself, in a field of rows
 * @param attribute the attribute to read, or null for the text
 * @param match a pattern that an element's text must contain, or null
 * @param take which of the elements to read
 * @param pattern the part of the text to keep: the first group of the first match, or the whole match without a group;
 *     an element without a match is ignored
 * @param type the type of the value
 * @param required whether a page without the field has failed
 * @param html whether to read the element's inner HTML and not its text
 * @param format the date format of {@link java.time.format.DateTimeFormatter#ofPattern(String)}; null for ISO 8601
 * @param rows the fields of each element, which becomes an object; empty if the element itself is the value
 */
public record Field(
        String selector,
        @Nullable String attribute,
        @Nullable BoundedPattern match,
        Take take,
        @Nullable BoundedPattern pattern,
        Type type,
        boolean required,
        boolean html,
        @Nullable String format,
        Map<String, Field> rows) {

    /** Creates a field of plain values, read as text or from an attribute. */
    public Field(
            String selector,
            @Nullable String attribute,
            @Nullable BoundedPattern match,
            Take take,
            @Nullable BoundedPattern pattern,
            Type type,
            boolean required) {
        this(selector, attribute, match, take, pattern, type, required, false, null, Map.of());
    }

    /** Returns whether the value is a list. */
    public boolean isList() {
        return take == Take.ALL;
    }

    public enum Take {
        FIRST,
        ALL,
        /** The number of elements. */
        COUNT
    }

    /** The type of a value; whitespace is trimmed and normalised for all types. */
    public enum Type {
        STRING,
        /** A whole number; spaces, commas and dots between groups of three digits are dropped. */
        INTEGER,
        /** A number with a decimal point. */
        NUMBER,
        /** A date, or a date and time, in ISO 8601. */
        DATE,
        /** A web address, resolved against the page's. */
        URL
    }
}
