package dev.rowhound.recipe.pattern;

import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A regular expression in Java's syntax whose every match is bounded. {@code java.util.regex} backtracks, at times for
 * ever, cannot be interrupted, and recurses over repeated groups until the stack overflows; so it is given a text that
 * counts how often it is looked at. All methods throw {@link BudgetExceededException} where a match is given up.
 */
public final class BoundedPattern {
    /** One match looks at no more characters, which takes about half a second. */
    private static final long MAX_STEPS = 50_000_000;

    private static final int SHOWN_CHARS = 80;

    private final Pattern pattern;

    private BoundedPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /** Bounds that pattern. */
    public static BoundedPattern of(Pattern pattern) {
        return new BoundedPattern(pattern);
    }

    /**
     * Compiles an expression.
     *
     * @throws java.util.regex.PatternSyntaxException if it is none, or nested too deeply
     */
    public static BoundedPattern compile(String regex) {
        return new BoundedPattern(Pattern.compile(regex));
    }

    /** Whether it matches a part of the text. */
    public boolean find(CharSequence text, Budget budget) {
        return run(text, budget, Matcher::find);
    }

    /** Whether it matches the whole text. */
    public boolean matches(CharSequence text, Budget budget) {
        return run(text, budget, Matcher::matches);
    }

    /** The first group of the first match, or the whole match where it has no group; nothing without a match. */
    public Optional<String> first(CharSequence text, Budget budget) {
        return run(
                text,
                budget,
                matcher -> matcher.find()
                        ? Optional.ofNullable(matcher.group(Math.min(1, matcher.groupCount())))
                        : Optional.empty());
    }

    /** The text with each match replaced, as {@link Matcher#replaceAll(String)} does. */
    public String replaceAll(CharSequence text, String with, Budget budget) {
        return run(text, budget, matcher -> matcher.replaceAll(with));
    }

    private <T> T run(CharSequence text, Budget budget, Function<Matcher, T> match) {
        try {
            return match.apply(pattern.matcher(new CountedText(text, Budget.ofSteps(MAX_STEPS), budget)));
        } catch (BudgetExceededException e) {
            throw new BudgetExceededException("the pattern " + shown() + " " + e.getMessage() + " on this text");
        } catch (StackOverflowError e) {
            throw new BudgetExceededException("the pattern " + shown() + " repeats a group too often on this text");
        }
    }

    private String shown() {
        String regex = pattern.pattern();
        return regex.length() > SHOWN_CHARS ? regex.substring(0, SHOWN_CHARS) + "…" : regex;
    }

    /** How many groups it has. */
    public int groupCount() {
        return pattern.matcher("").groupCount();
    }

    /** The expression. */
    @Override
    public String toString() {
        return pattern.pattern();
    }

    /** A text that charges each look at a character to its two budgets. */
    private record CountedText(CharSequence text, Budget own, Budget shared) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            own.spend(1);
            shared.spend(1);
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
