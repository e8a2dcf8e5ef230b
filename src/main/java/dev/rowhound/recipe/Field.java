package dev.rowhound.recipe;

import dev.rowhound.recipe.pattern.BoundedPattern;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A field to read from the page.
 *
 * @param selector the elements that hold it; empty for the row itself, in a field of rows
 * @param attribute the attribute to read, or null for the text
 * @param match only elements whose text contains a match count, or null for all
 * @param take which of the elements to read
 * @param pattern what to keep of the text: the first group of the first match, or the whole match without a group;
 *     no match counts as no element
 * @param type what the text is turned into
 * @param required whether a page without it has failed
 * @param html whether the element's inner HTML is read in place of its text
 * @param format how a date is written, as {@link java.time.format.DateTimeFormatter#ofPattern(String)} has it; null for
 *     ISO 8601
 * @param rows the fields of each element, which becomes an object; empty where the element itself is the value
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

    /** A field whose elements are values, read as text or from an attribute. */
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

    /** Whether the field comes to a list. */
    public boolean isList() {
        return take == Take.ALL;
    }

    /** Which elements are read. */
    public enum Take {
        /** The first one. */
        FIRST,
        /** All, as a list. */
        ALL,
        /** None: the field is how many there are. */
        COUNT
    }

    /** What a text becomes; surrounding space is removed and inner space folded in each case. */
    public enum Type {
        /** Itself. */
        STRING,
        /** A whole number; spaces, commas and dots between groups of three digits are dropped. */
        INTEGER,
        /** A number with a decimal point. */
        NUMBER,
        /** A day, or a day and a time, told as ISO 8601. */
        DATE,
        /** An address of the web, made whole by the page's own. */
        URL
    }
}
