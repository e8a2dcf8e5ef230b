package dev.rowhound.recipe.pattern;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Finds the loops of an expression with short texts that lead to and through each; may miss some. */
final class LoopFinder {
    static final int MAX_DEPTH = 50;
    private static final int MAX_LOOPS = 24;
    private static final int MAX_SAMPLES = 4;

    /** A part that may repeat at least this often counts as a loop. */
    private static final int MIN_LOOP_ROUNDS = 8;

    private static final String CANDIDATES = "a1 A-_.,:;/x\"'<>=&é\n";
    private static final Pattern COUNT = Pattern.compile("\\{(\\d{1,10})(,(\\d{0,10}))?}");
    private static final Pattern GROUP_HEAD = Pattern.compile("\\?(?:<[a-zA-Z][a-zA-Z0-9]*>|[a-zA-Z-]*[:)]|<?[=!]|>)");

    private final String regex;
    private final List<Loop> loops = new ArrayList<>();
    private boolean repeatsNothing;
    private boolean tooDeep;
    private int depth;
    private int at;

    /**
     * A repeated part.
     *
     * @param prefix a text that leads to it
     * @param rounds sample texts of one round
     */
    record Loop(String prefix, List<String> rounds) {}

    /** Scans a valid expression. */
    LoopFinder(String regex) {
        this.regex = regex;
        alternatives("");
    }

    /** Returns the loops, at most {@value #MAX_LOOPS}. */
    List<Loop> loops() {
        return loops;
    }

    /** Returns whether an empty part is repeated, which the engine counts out. */
    boolean repeatsNothing() {
        return repeatsNothing;
    }

    /** Returns whether groups are nested deeper than {@value #MAX_DEPTH}. */
    boolean tooDeep() {
        return tooDeep;
    }

    private boolean end() {
        return at >= regex.length();
    }

    /** Returns sample texts of the alternatives up to a closing parenthesis or the end. */
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
            if (rounds >= MIN_LOOP_ROUNDS && !empty && loops.size() < MAX_LOOPS) {
                loops.add(new Loop(before, atom));
            }
            sample.append(atom.get(0));
        }
        return sample.toString();
    }

    /** Reads a quantifier and returns the highest number of repetitions. */
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

    /** Reads an atom and returns sample texts; empty strings for zero-width ones. */
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
        boolean lookaround = false;
        if (head.lookingAt()) {
            at = head.end();
            if (head.group().endsWith(")")) {
                return List.of("");
            }
            lookaround = head.group().endsWith("=") || head.group().endsWith("!");
        }
        if (++depth > MAX_DEPTH) {
            tooDeep = true;
            at = regex.length();
            return List.of("");
        }
        List<String> samples = alternatives(prefix);
        depth--;
        at++;
        return lookaround ? List.of("") : samples;
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
                // The escape has one character.
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

    /** Returns a few characters that a class or escape matches. */
    private static List<String> members(String expression) {
        List<String> members = new ArrayList<>();
        try {
            Pattern pattern = Pattern.compile(expression);
            (CANDIDATES + expression)
                    .codePoints()
                    .mapToObj(Character::toString)
                    .filter(c -> pattern.matcher(c).matches())
                    .distinct()
                    .limit(MAX_SAMPLES)
                    .forEach(members::add);
        } catch (PatternSyntaxException e) {
            // Not a class by itself; skip this sample.
        }
        return members.isEmpty() ? List.of("a") : members;
    }
}
