package dev.rowhound.recipe;

import dev.rowhound.job.KeyFormat;
import dev.rowhound.recipe.pattern.BoundedPattern;
import dev.rowhound.recipe.pattern.Budget;
import dev.rowhound.recipe.pattern.BudgetExceededException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The format of a recipe's keys.
 *
 * @param column the column of the key, unless the upload names one
 * @param normalise the normalisation steps, in order
 * @param pattern a pattern that the whole key must match, or null
 * @param patternMessage the message for a key that does not match, or null
 * @param checkDigit the rule for the check digit, or null
 */
public record Input(
        @Nullable String column,
        List<Normalise> normalise,
        @Nullable BoundedPattern pattern,
        @Nullable String patternMessage,
        @Nullable CheckDigit checkDigit)
        implements KeyFormat {

    /** Limits the pattern to some milliseconds per key, so that no file blocks its upload thread for long. */
    private static final long MAX_PATTERN_STEPS = 200_000;

    /** The limit in characters: keys are part of addresses and events. */
    public static final int MAX_KEY_LENGTH = 1000;

    private static final char ZERO_WIDTH_SPACE = '\u200B';
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    /** A normalisation step. */
    public enum Normalise {
        /** Removes leading and trailing whitespace. */
        TRIM,
        /** Removes all whitespace. */
        NO_SPACES,
        UPPER,
        LOWER
    }

    /**
     * A check digit after weighted digits: with {@code s} the sum of digit × weight, it must be {@code complement − (s
     * mod modulus)}, or {@code s mod modulus} if the complement is 0. A value of 10 or more matches no digit.
     */
    public record CheckDigit(List<Integer> weights, int modulus, int complement) {

        /**
         * Returns why the key's check digit is wrong, or null if it is right; characters other than digits are skipped.
         */
        @Nullable
        String problem(String key) {
            int sum = 0;
            int digits = 0;
            for (int i = 0; i < key.length(); i++) {
                int digit = key.charAt(i) - '0';
                if (digit < 0 || digit > 9) {
                    continue;
                }
                if (digits == weights.size()) {
                    return digit == expected(sum) ? null : wrong(digit, expected(sum));
                }
                sum += digit * weights.get(digits);
                digits++;
            }
            return "the key has " + digits + " digits; use at least " + (weights.size() + 1)
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
                        + ", but no check digit fits the digits before it; look for a mistyped" + " digit";
            }
            return "the check digit is wrong: " + place + ", but the digits before it require " + expected
                    + "; look for a mistyped digit";
        }
    }

    /**
     * Returns the key that is looked up and compared: {@code raw} after all steps of {@link #normalise()}. Whitespace
     * includes all Unicode spaces and the zero-width ones that come with text copied from web pages.
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
     * Returns why a key is invalid, as a sentence that says what would be valid, or null. Empty keys and those of more
     * than {@value #MAX_KEY_LENGTH} characters are always invalid.
     *
     * @param key the normalised key
     */
    @Override
    public @Nullable String problem(String key) {
        if (key.isEmpty()) {
            return "the key is empty; provide a value in this column";
        }
        if (key.length() > MAX_KEY_LENGTH) {
            return "the key has " + key.length() + " characters; use at most " + MAX_KEY_LENGTH;
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
