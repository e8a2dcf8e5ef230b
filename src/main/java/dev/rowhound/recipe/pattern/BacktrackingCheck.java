package dev.rowhound.recipe.pattern;

import dev.rowhound.recipe.pattern.LoopFinder.Loop;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tests an expression on short texts that make a backtracking engine work hardest: a prefix that leads to one of its
 * loops, many rounds of that loop, and an end that does not match. Finds exponential growth and most growth by the
 * fourth power of the text's length; {@link BoundedPattern} limits the rest at run time. Use one instance per document.
 */
public final class BacktrackingCheck {
    /** The limit of an expression in characters. */
    public static final int MAX_CHARS = 2_000;

    /** The rounds of a loop in a trial: enough for 2 to their power to stand out. */
    private static final int MAX_ROUNDS = 64;

    private static final int MIN_ROUNDS = 16;

    /** The length of all rounds together, if that allows {@link #MIN_ROUNDS}. */
    private static final int TRIAL_CHARS = 256;

    /** The limit of a trial, above the cube of the rounds. */
    private static final long MAX_STEPS = 200_000;

    /** The limit of all trials of an expression: some milliseconds. */
    private static final long MAX_TOTAL_STEPS = 1_000_000;

    /** The limit of all trials of a document, since event loops read documents. */
    private static final long MAX_DOCUMENT_STEPS = 5_000_000;

    private static final int MAX_PUMPS = 6;
    private static final int MAX_SHOWN_CHARS = 20;
    private static final String NO_MATCH = "\u0001";

    private long remainingSteps = MAX_DOCUMENT_STEPS;

    /** Returns the problem of the expression, as the predicate of a sentence, or null if none was found. */
    public @Nullable String problem(BoundedPattern expression) {
        String regex = expression.toString();
        if (regex.length() > MAX_CHARS) {
            return "has " + regex.length() + " characters; use at most " + MAX_CHARS;
        }
        LoopFinder finder = new LoopFinder(regex);
        if (finder.tooDeep()) {
            return "nests groups deeper than " + LoopFinder.MAX_DEPTH;
        }
        if (finder.repeatsNothing()) {
            return "repeats a part that matches no character; remove the repetition";
        }
        return runTrials(expression, finder.loops());
    }

    private @Nullable String runTrials(BoundedPattern expression, List<Loop> loops) {
        long limitOfAll = Math.min(remainingSteps, MAX_TOTAL_STEPS);
        long spent = 0;
        for (Loop loop : loops) {
            for (String text : texts(loop)) {
                // Allows for two of the three powers, which a long text costs by itself.
                long limit = MAX_STEPS + 4L * text.length() * text.length();
                if (spent + limit > limitOfAll) {
                    return null;
                }
                long cost = cost(expression, text, limit);
                spent += cost;
                remainingSteps -= cost;
                if (cost > limit) {
                    String begin = text.substring(0, Math.min(text.length(), MAX_SHOWN_CHARS));
                    return "backtracks too much: a text of " + text.length() + " characters such as \"" + begin.strip()
                            + "…\" takes it more than " + limit
                            + " steps; see that no text matches a repeated part in several ways";
                }
            }
        }
        return null;
    }

    private static List<String> texts(Loop loop) {
        List<String> texts = new ArrayList<>();
        for (String pump : pumps(loop)) {
            int rounds = Math.max(MIN_ROUNDS, Math.min(MAX_ROUNDS, TRIAL_CHARS / pump.length()));
            String text = loop.prefix() + pump.repeat(rounds);
            texts.add(text + NO_MATCH);
            texts.add(text);
        }
        return texts;
    }

    private static long cost(BoundedPattern expression, String text, long limit) {
        Budget budget = Budget.ofSteps(limit);
        try {
            expression.find(text, budget);
            expression.matches(text, budget);
        } catch (BudgetExceededException e) {
            return limit + 1;
        }
        return budget.spent();
    }

    private static Set<String> pumps(Loop loop) {
        Set<String> pumps = new LinkedHashSet<>(loop.rounds());
        pumps.add(String.join("", loop.rounds()));
        for (String round : loop.rounds()) {
            if (pumps.size() < MAX_PUMPS && round.length() > 1) {
                pumps.add(round.substring(0, 1));
            }
        }
        pumps.remove("");
        return pumps;
    }
}
