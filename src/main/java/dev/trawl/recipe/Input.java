package dev.trawl.recipe;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is looked up.
 *
 * @param column the column that holds the key, where the upload does not name one
 * @param normalise what is done to each key first, in order
 * @param pattern what the whole key must match, or null
 * @param patternMessage what to tell a user whose key does not match, or null
 * @param checkDigit the arithmetic that the key's digits must satisfy, or null
 */
public record Input(
        @Nullable String column,
        List<Normalise> normalise,
        @Nullable Pattern pattern,
        @Nullable String patternMessage,
        @Nullable CheckDigit checkDigit) {

    /** A way to make equal keys look equal. */
    public enum Normalise {
        /** Removes space around the key. */
        TRIM,
        /** Removes all space. */
        NO_SPACES,
        /** Makes letters large. */
        UPPER,
        /** Makes letters small. */
        LOWER
    }

    /**
     * A check digit behind the weighted digits: with {@code s} the sum of digit × weight, the next digit must be
     * {@code complement − (s mod modulus)}, or {@code s mod modulus} where the complement is 0. A value of 10 or more
     * fits no digit.
     */
    public record CheckDigit(List<Integer> weights, int modulus, int complement) {}
}
