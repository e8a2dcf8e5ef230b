package dev.rowhound.recipe.pattern;

import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A regular expression in Java syntax with limited matching. {@code java.util.regex} may backtrack forever, cannot be
 * interrupted, and recurses over repeated groups until the stack overflows; this class therefore matches against a text
 * that counts the accesses to its characters. All methods throw {@link BudgetExceededException} when a match is given
 * up.
 */
public final class BoundedPattern {
    /** The limit of character accesses per match, which take about half a second. */
    private static final long MAX_STEPS = 50_000_000;

    private static final int MAX_SHOWN_CHARS = 80;

    private final Pattern pattern;

    private BoundedPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    public static BoundedPattern of(Pattern pattern) {
        return new BoundedPattern(pattern);
    }

    /**
     * @throws java.util.regex.PatternSyntaxException if the expression is invalid or nested too deeply
     */
    public static BoundedPattern compile(String regex) {
        return new BoundedPattern(Pattern.compile(regex));
    }

    /** Returns whether a part of the text matches. */
    public boolean find(CharSequence text, Budget budget) {
        return run(text, budget, Matcher::find);
    }

    /** Returns whether the whole text matches. */
    public boolean matches(CharSequence text, Budget budget) {
        return run(text, budget, Matcher::matches);
    }

    /** Returns the first group of the first match, or the whole match if there is no group. */
    public Optional<String> first(CharSequence text, Budget budget) {
        return run(
                text,
                budget,
                matcher -> matcher.find()
                        ? Optional.ofNullable(matcher.group(Math.min(1, matcher.groupCount())))
                        : Optional.empty());
    }

    /** Replaces each match, as {@link Matcher#replaceAll(String)} does. */
    public String replaceAll(CharSequence text, String with, Budget budget) {
        return run(text, budget, matcher -> matcher.replaceAll(with));
    }

    private <T> T run(CharSequence text, Budget budget, Function<Matcher, T> match) {
        try {
            return match.apply(pattern.matcher(new CountedText(text, Budget.ofSteps(MAX_STEPS), budget)));
        } catch (BudgetExceededException e) {
            throw new BudgetExceededException("the pattern " + abbreviated() + " " + e.getMessage() + " on this text");
        } catch (StackOverflowError e) {
            throw new BudgetExceededException(
                    "the pattern " + abbreviated() + " repeats a group too often on this text");
        }
    }

    private String abbreviated() {
        String regex = pattern.pattern();
        return regex.length() > MAX_SHOWN_CHARS ? regex.substring(0, MAX_SHOWN_CHARS) + "…" : regex;
    }

    public int groupCount() {
        return pattern.matcher("").groupCount();
    }

    @Override
    public String toString() {
        return pattern.pattern();
    }

    /** A text that charges each access to a character to both budgets. */
    private record CountedText(CharSequence text, Budget matchBudget, Budget callerBudget) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            matchBudget.spend(1);
            callerBudget.spend(1);
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
