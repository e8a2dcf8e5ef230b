package dev.trawl.recipe.pattern;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Tries an expression on short texts that make a backtracking engine work hardest: what leads to one of its loops, many
 * rounds of that loop, and an end that does not match. It finds what grows exponentially and most of what grows by the
 * fourth power of the text's length; what it lets through is bounded when it runs.
 */
public final class BacktrackingCheck {
    /** The longest expression, in characters. */
    public static final int MAX_CHARS = 2_000;

    /** Rounds of a loop in a trial: enough for 2 to their power to stand out. */
    private static final int MAX_ROUNDS = 64;

    private static final int MIN_ROUNDS = 16;

    /** Of the rounds together, while there are enough of them. */
    private static final int TRIAL_CHARS = 256;

    /** What a trial may cost: beyond what the third power of the rounds comes to. */
    private static final long MAX_STEPS = 200_000;

    /** What all trials of one expression may cost together: some milliseconds. */
    private static final long MAX_TOTAL_STEPS = 1_000_000;

    private static final int MAX_DEPTH = 50;
    private static final int MAX_LOOPS = 24;
    private static final int MAX_PUMPS = 6;
    private static final int MAX_SAMPLES = 4;

    /** Repeated at least that often counts as a loop. */
    private static final int LOOP_ROUNDS = 8;

    private static final String CANDIDATES = "a1 A-_.,:;/x\"'<>=&é\n";
    private static final String NO_MATCH = "\u0001";
    private static final Pattern COUNT = Pattern.compile("\\{(\\d{1,10})(,(\\d{0,10}))?}");
    private static final Pattern GROUP_HEAD = Pattern.compile("\\?(?:<[a-zA-Z][a-zA-Z0-9]*>|[a-zA-Z-]*[:)]|<?[=!]|>)");

    private final String regex;
    private final List<Loop> loops = new ArrayList<>();
    private boolean repeatsNothing;
    private int depth;
    private boolean tooDeep;
    private int at;

    /** A part that repeats: what leads to it, and what one round of it may be. */
    private record Loop(String prefix, List<String> rounds) {}

    private BacktrackingCheck(String regex) {
        this.regex = regex;
    }

    /** What is wrong with the expression, as the predicate of a sentence, or null if nothing was found. */
    public static @Nullable String problem(BoundedPattern expression) {
        String regex = expression.toString();
        if (regex.length() > MAX_CHARS) {
            return "has " + regex.length() + " characters; give at most " + MAX_CHARS;
        }
        BacktrackingCheck check = new BacktrackingCheck(regex);
        check.alternatives("");
        if (check.tooDeep) {
            return "nests groups deeper than " + MAX_DEPTH;
        }
        if (check.repeatsNothing) {
            return "repeats a part that matches no character; leave the repetition out";
        }
        return check.tried(expression);
    }

    private @Nullable String tried(BoundedPattern expression) {
        long left = MAX_TOTAL_STEPS;
        for (Loop loop : loops) {
            for (String pump : pumps(loop)) {
                int rounds = Math.max(MIN_ROUNDS, Math.min(MAX_ROUNDS, TRIAL_CHARS / pump.length()));
                String text = loop.prefix + pump.repeat(rounds);
                for (String trial : List.of(text + NO_MATCH, text)) {
                    // Two of three powers that a long text costs by itself.
                    long limit = MAX_STEPS + 4L * trial.length() * trial.length();
                    if (limit > left) {
                        return null;
                    }
                    long cost = cost(expression, trial, limit);
                    if (cost > limit) {
                        return "backtracks too much: a text of " + trial.length() + " characters, most of them \""
                                + pump
                                + "\" over and over, takes it more than " + limit
                                + " steps; see that no text matches a repeated part in several ways";
                    }
                    left -= cost;
                }
            }
        }
        return null;
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
        Set<String> pumps = new LinkedHashSet<>(loop.rounds);
        pumps.add(String.join("", loop.rounds));
        for (String round : loop.rounds) {
            if (pumps.size() < MAX_PUMPS && round.length() > 1) {
                pumps.add(round.substring(0, 1));
            }
        }
        pumps.remove("");
        return pumps;
    }

    private boolean end() {
        return at >= regex.length();
    }

    /** Samples of what stands there, up to a closing bracket or the end. */
    private List<String> alternatives(String prefix) {
        List<String> samples = new ArrayList<>();
        samples.add(sequence(prefix));
        while (!end() && regex.charAt(at) == '|') {
            at++;
            String sample = sequence(prefix);
            if (samples.size() < MAX_SAMPLES) {
                samples.add(sample);
            }
        }
        return samples;
    }

    private String sequence(String prefix) {
        StringBuilder sample = new StringBuilder();
        while (!end() && regex.charAt(at) != '|' && regex.charAt(at) != ')') {
            String before = prefix + sample;
            List<String> atom = atom(before);
            int rounds = quantifier();
            boolean empty = atom.stream().allMatch(String::isEmpty);
            if (rounds > 1 && empty) {
                repeatsNothing = true;
            }
            if (rounds >= LOOP_ROUNDS && !empty && loops.size() < MAX_LOOPS) {
                loops.add(new Loop(before, atom));
            }
            sample.append(atom.get(0));
        }
        return sample.toString();
    }

    /** How often what stands before it may repeat, as far as it matters. */
    private int quantifier() {
        if (end()) {
            return 1;
        }
        int rounds = 1;
        char c = regex.charAt(at);
        Matcher count = COUNT.matcher(regex).region(at, regex.length());
        if (c == '*' || c == '+') {
            rounds = Integer.MAX_VALUE;
            at++;
        } else if (c == '?') {
            at++;
        } else if (count.lookingAt()) {
            String most = count.group(2) == null ? count.group(1) : count.group(3);
            rounds = most.isEmpty() ? Integer.MAX_VALUE : (int) Math.min(Integer.MAX_VALUE, Long.parseLong(most));
            at = count.end();
        } else {
            return 1;
        }
        if (!end() && (regex.charAt(at) == '?' || regex.charAt(at) == '+')) {
            at++;
        }
        return rounds;
    }

    /** Samples of one atom; the empty string for what takes no character. */
    private List<String> atom(String prefix) {
        char c = regex.charAt(at);
        if (c == '(') {
            return group(prefix);
        }
        if (c == '[') {
            int begin = at;
            at = classEnd(begin);
            return members(regex.substring(begin, at));
        }
        if (c == '\\') {
            return escape();
        }
        at++;
        return switch (c) {
            case '^', '$' -> List.of("");
            case '.' -> List.of("x");
            default -> List.of(String.valueOf(c));
        };
    }

    private List<String> group(String prefix) {
        at++;
        Matcher head = GROUP_HEAD.matcher(regex).region(at, regex.length());
        boolean look = false;
        if (head.lookingAt()) {
            at = head.end();
            if (head.group().endsWith(")")) {
                return List.of("");
            }
            look = head.group().endsWith("=") || head.group().endsWith("!");
        }
        if (++depth > MAX_DEPTH) {
            tooDeep = true;
            at = regex.length();
            return List.of("");
        }
        List<String> samples = alternatives(prefix);
        depth--;
        at++;
        return look ? List.of("") : samples;
    }

    private List<String> escape() {
        int begin = at;
        char c = begin + 1 < regex.length() ? regex.charAt(begin + 1) : '\\';
        at = Math.min(begin + 2, regex.length());
        switch (c) {
            case 'Q' -> {
                int close = regex.indexOf("\\E", at);
                String quoted = regex.substring(at, close < 0 ? regex.length() : close);
                at = close < 0 ? regex.length() : close + 2;
                return List.of(quoted);
            }
            case 'b', 'B', 'A', 'G', 'z', 'Z', 'E' -> {
                if (!end() && regex.startsWith("{g}", at)) {
                    at += 3;
                }
                return List.of("");
            }
            case 'p', 'P', 'x', 'N', 'k' -> at = braced(c);
            case 'u' -> at = Math.min(at + 4, regex.length());
            case 'c' -> at = Math.min(at + 1, regex.length());
            default -> {
                // One character long.
            }
        }
        return Character.isDigit(c) || c == 'k' ? List.of("a") : members(regex.substring(begin, at));
    }

    private int braced(char kind) {
        char open = kind == 'k' ? '<' : '{';
        if (!end() && regex.charAt(at) == open) {
            int close = regex.indexOf(kind == 'k' ? '>' : '}', at);
            return close < 0 ? regex.length() : close + 1;
        }
        return Math.min(at + (kind == 'x' ? 2 : 1), regex.length());
    }

    private int classEnd(int begin) {
        int depth = 0;
        for (int i = begin; i < regex.length(); i++) {
            char c = regex.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '[') {
                depth++;
            } else if (c == ']' && --depth == 0) {
                return i + 1;
            }
        }
        return regex.length();
    }

    /** A few characters that a class or an escape takes. */
    private static List<String> members(String one) {
        List<String> members = new ArrayList<>();
        try {
            Pattern pattern = Pattern.compile(one);
            (CANDIDATES + one)
                    .codePoints()
                    .mapToObj(Character::toString)
                    .filter(c -> pattern.matcher(c).matches())
                    .distinct()
                    .limit(MAX_SAMPLES)
                    .forEach(members::add);
        } catch (PatternSyntaxException e) {
            // Not a class by itself: a sample less.
        }
        return members.isEmpty() ? List.of("a") : members;
    }
}
