package dev.trawl.recipe;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A field to read from the page.
 *
 * @param selector the elements that hold it
 * @param attribute the attribute to read, or null for the text
 * @param match only elements whose text contains a match count, or null for all
 * @param take which of the elements to read
 * @param pattern what to keep of the text: the first group of the first match, or the whole match without a group;
 *     no match counts as no element
 * @param type what the text is turned into
 * @param required whether a page without it has failed
 */
public record Field(
        String selector,
        @Nullable String attribute,
        @Nullable Pattern match,
        Take take,
        @Nullable Pattern pattern,
        Type type,
        boolean required) {

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
        NUMBER
    }
}
