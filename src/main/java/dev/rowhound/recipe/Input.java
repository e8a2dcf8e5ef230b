package dev.rowhound.recipe;

import dev.rowhound.job.KeyFormat;
import dev.rowhound.recipe.pattern.BoundedPattern;
import dev.rowhound.recipe.pattern.Budget;
import dev.rowhound.recipe.pattern.BudgetExceededException;
import java.util.List;
import java.util.Locale;
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
        @Nullable BoundedPattern pattern,
        @Nullable String patternMessage,
        @Nullable CheckDigit checkDigit)
        implements KeyFormat {

    /** What the pattern may cost a key: some milliseconds, so that no file holds an upload's thread for long. */
    private static final long MAX_PATTERN_STEPS = 200_000;

    /** The longest key, in characters: keys stand in addresses and in events. */
    public static final int MAX_KEY_LENGTH = 1000;

    private static final char ZERO_WIDTH_SPACE = '\u200B';
    private static final char BYTE_ORDER_MARK = '\uFEFF';

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
    public record CheckDigit(List<Integer> weights, int modulus, int complement) {

        /** Why the digits of that key do not satisfy the arithmetic, or null if they do; other characters are skipped. */
        @Nullable
        String problem(String key) {
            int sum = 0;
            int seen = 0;
            for (int i = 0; i < key.length(); i++) {
                int digit = key.charAt(i) - '0';
                if (digit < 0 || digit > 9) {
                    continue;
                }
                if (seen == weights.size()) {
                    return digit == expected(sum) ? null : wrong(digit, expected(sum));
                }
                sum += digit * weights.get(seen);
                seen++;
            }
            return "the key has " + seen + " digits; give at least " + (weights.size() + 1)
                    + ", the last of which is the check digit";
        }

        private int expected(int sum) {
            int rest = Math.floorMod(sum, modulus);
            return complement == 0 ? rest : complement - rest;
        }

        private String wrong(int digit, int expected) {
            String place = "digit " + (weights.size() + 1) + " is " + digit;
            if (expected < 0 || expected > 9) {
                return "the check digit is wrong: " + place
                        + ", but none fits the digits before it; look for a mistyped" + " digit";
            }
            return "the check digit is wrong: " + place + ", but the digits before it call for " + expected
                    + "; look for a mistyped digit";
        }
    }

    /**
     * The key as it is looked up and compared: {@code raw} after each of {@link #normalise()}, in order. Space is
     * every Unicode space, and the zero-width and no-break ones that copying from a web page brings along.
     */
    @Override
    public String normalise(String raw) {
        String key = raw;
        for (Normalise step : normalise) {
            key = switch (step) {
                case TRIM -> trim(key);
                case NO_SPACES -> withoutSpaces(key);
                case UPPER -> key.toUpperCase(Locale.ROOT);
                case LOWER -> key.toLowerCase(Locale.ROOT);
            };
        }
        return key;
    }

    /**
     * Why a key is refused, in one sentence that says what would be right, or null if it may be looked up. An empty
     * key and one of more than {@value #MAX_KEY_LENGTH} characters are refused whatever the recipe says.
     *
     * @param key the key, already normalised
     */
    @Override
    public @Nullable String problem(String key) {
        if (key.isEmpty()) {
            return "the key is empty; give a value in this column";
        }
        if (key.length() > MAX_KEY_LENGTH) {
            return "the key has " + key.length() + " characters; give at most " + MAX_KEY_LENGTH;
        }
        if (pattern != null) {
            try {
                if (!pattern.matches(key, Budget.ofSteps(MAX_PATTERN_STEPS))) {
                    return patternMessage != null ? patternMessage : "the key does not match the pattern " + pattern;
                }
            } catch (BudgetExceededException e) {
                return "the key cannot be checked: " + e.getMessage();
            }
        }
        return checkDigit == null ? null : checkDigit.problem(key);
    }

    @Override
    public boolean selective() {
        return pattern != null || checkDigit != null;
    }

    private static String trim(String key) {
        int start = 0;
        int end = key.length();
        while (start < end && isSpace(key.charAt(start))) {
            start++;
        }
        while (end > start && isSpace(key.charAt(end - 1))) {
            end--;
        }
        return key.substring(start, end);
    }

    private static String withoutSpaces(String key) {
        StringBuilder kept = new StringBuilder(key.length());
        for (int i = 0; i < key.length(); i++) {
            if (!isSpace(key.charAt(i))) {
                kept.append(key.charAt(i));
            }
        }
        return kept.toString();
    }

    private static boolean isSpace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == ZERO_WIDTH_SPACE || c == BYTE_ORDER_MARK;
    }
}
