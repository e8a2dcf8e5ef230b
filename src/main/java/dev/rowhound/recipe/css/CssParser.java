package dev.rowhound.recipe.css;

import dev.rowhound.recipe.css.Css.Attribute;
import dev.rowhound.recipe.css.Css.BrowserOnly;
import dev.rowhound.recipe.css.Css.ClassName;
import dev.rowhound.recipe.css.Css.Combinator;
import dev.rowhound.recipe.css.Css.Complex;
import dev.rowhound.recipe.css.Css.Has;
import dev.rowhound.recipe.css.Css.Id;
import dev.rowhound.recipe.css.Css.Is;
import dev.rowhound.recipe.css.Css.Name;
import dev.rowhound.recipe.css.Css.Not;
import dev.rowhound.recipe.css.Css.Nth;
import dev.rowhound.recipe.css.Css.NthKind;
import dev.rowhound.recipe.css.Css.Part;
import dev.rowhound.recipe.css.Css.Test;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parser for CSS selectors, level 4, without those that depend on rendering. {@link #check} also accepts the
 * pseudo-classes that only browsers know.
 */
public final class CssParser {
    private static final Pattern AN_PLUS_B =
            Pattern.compile("\\s*(?:(even)|(odd)|([+-]?\\d*)n(?:\\s*([+-])\\s*(\\d+))?|([+-]?\\d+))\\s*");
    private static final int MAX_DEPTH = 8;
    private static final int MAX_INDEX = 100_000;

    private final CssText text;
    private final boolean forBrowser;
    private int depth;

    private CssParser(String selector, boolean forBrowser) {
        this.text = new CssText(selector);
        this.forBrowser = forBrowser;
    }

    /**
     * Parses a selector.
     *
     * @throws CssException if it is invalid, or has a pseudo-class that only browsers know
     */
    public static Css parse(String selector) throws CssException {
        return new CssParser(selector, false).parseAll();
    }

    /**
     * Checks a selector for a browser, which knows more pseudo-classes.
     *
     * @throws CssException if it is invalid
     */
    public static void check(String selector) throws CssException {
        new CssParser(selector, true).parseAll();
    }

    private Css parseAll() throws CssException {
        Css css = list(forBrowser);
        if (!text.end()) {
            throw text.fault("has an unexpected \"" + text.peek() + "\"");
        }
        return css;
    }

    /** Parses a selector list up to a closing parenthesis or the end. */
    private Css list(boolean relative) throws CssException {
        if (++depth > MAX_DEPTH) {
            throw text.fault("is nested too deeply");
        }
        List<Complex> alternatives = new ArrayList<>();
        do {
            alternatives.add(complex(relative));
        } while (text.take(','));
        depth--;
        return new Css(alternatives);
    }

    private Complex complex(boolean relative) throws CssException {
        List<Part> parts = new ArrayList<>();
        text.skipSpace();
        Combinator first = relative ? combinator() : null;
        Combinator next = first == null ? Combinator.DESCENDANT : first;
        while (true) {
            parts.add(new Part(next, compound()));
            boolean space = text.skipSpace();
            Combinator given = combinator();
            if (given != null) {
                next = given;
            } else if (text.end() || text.peek() == ',' || text.peek() == ')') {
                return new Complex(parts);
            } else if (space) {
                next = Combinator.DESCENDANT;
            } else {
                throw text.fault("has an unexpected \"" + text.peek() + "\"");
            }
        }
    }

    private @Nullable Combinator combinator() {
        Combinator combinator =
                switch (text.peek()) {
                    case '>' -> Combinator.CHILD;
                    case '+' -> Combinator.NEXT;
                    case '~' -> Combinator.LATER;
                    default -> null;
                };
        if (combinator != null) {
            text.next();
            text.skipSpace();
        }
        return combinator;
    }

    private List<Test> compound() throws CssException {
        List<Test> tests = new ArrayList<>();
        if (text.take('*')) {
            tests.add(new Css.Any());
        } else if (text.atName()) {
            tests.add(new Name(text.name().toLowerCase(Locale.ROOT)));
        }
        while (true) {
            if (text.take('#')) {
                tests.add(new Id(text.hashName()));
            } else if (text.take('.')) {
                tests.add(new ClassName(text.name()));
            } else if (text.peek() == '[') {
                tests.add(attribute());
            } else if (text.peek() == ':') {
                tests.add(pseudo());
            } else if (tests.isEmpty()) {
                throw text.fault(text.end() ? "ends where an element is missing" : "lacks an element");
            } else {
                return tests;
            }
        }
    }

    private Attribute attribute() throws CssException {
        int opened = text.at();
        text.next();
        text.skipSpace();
        String name = text.name().toLowerCase(Locale.ROOT);
        text.skipSpace();
        if (text.take(']')) {
            return new Attribute(name, null, "", false);
        }
        String operator = text.operator();
        if (operator == null) {
            throw text.end()
                    ? new CssException(opened, "has a [ that is not closed")
                    : text.fault("lacks one of = ~= |= ^= $= *=");
        }
        text.skipSpace();
        String value = text.atQuote() ? text.string() : text.name();
        text.skipSpace();
        boolean ignoreCase = text.take('i') || text.take('I');
        text.skipSpace();
        if (!text.take(']')) {
            throw text.end() ? new CssException(opened, "has a [ that is not closed") : text.fault("lacks a ]");
        }
        return new Attribute(name, operator, value, ignoreCase);
    }

    private Test pseudo() throws CssException {
        int at = text.at();
        text.next();
        if (text.peek() == ':') {
            throw text.fault("names a pseudo-element, which is not an element of the page,");
        }
        String name = text.name().toLowerCase(Locale.ROOT);
        boolean arguments = text.peek() == '(';
        Test test = arguments ? function(name, at) : simple(name);
        if (test == null) {
            throw new CssException(
                    at,
                    "has :" + name + (arguments ? "()" : "") + ", which is unknown"
                            + (forBrowser ? "" : " without a browser") + ",");
        }
        return test;
    }

    private @Nullable Test simple(String name) {
        return switch (name) {
            case "root" -> new Css.Root();
            case "empty" -> new Css.Empty();
            case "first-child" -> new Nth(NthKind.CHILDREN, 0, 1);
            case "last-child" -> new Nth(NthKind.CHILDREN_FROM_THE_END, 0, 1);
            case "first-of-type" -> new Nth(NthKind.TYPE, 0, 1);
            case "last-of-type" -> new Nth(NthKind.TYPE_FROM_THE_END, 0, 1);
            case "only-child" -> both(NthKind.CHILDREN, NthKind.CHILDREN_FROM_THE_END);
            case "only-of-type" -> both(NthKind.TYPE, NthKind.TYPE_FROM_THE_END);
            default -> forBrowser ? new BrowserOnly(name) : null;
        };
    }

    private static Test both(NthKind one, NthKind other) {
        List<Test> tests = List.of(new Nth(one, 0, 1), new Nth(other, 0, 1));
        return new Is(new Css(List.of(new Complex(List.of(new Part(Combinator.DESCENDANT, tests))))));
    }

    private @Nullable Test function(String name, int at) throws CssException {
        NthKind among =
                switch (name) {
                    case "nth-child" -> NthKind.CHILDREN;
                    case "nth-last-child" -> NthKind.CHILDREN_FROM_THE_END;
                    case "nth-of-type" -> NthKind.TYPE;
                    case "nth-last-of-type" -> NthKind.TYPE_FROM_THE_END;
                    default -> null;
                };
        if (among != null) {
            int begin = text.at() + 1;
            return nth(among, text.argument(), begin);
        }
        if (!List.of("is", "where", "not", "has").contains(name)) {
            if (!forBrowser) {
                return null;
            }
            text.argument();
            return new BrowserOnly(name);
        }
        text.next();
        Css of = list(name.equals("has") || forBrowser);
        text.skipSpace();
        if (!text.take(')')) {
            throw text.end()
                    ? new CssException(at, "has a ( that is not closed")
                    : text.fault("has an unexpected \"" + text.peek() + "\"");
        }
        return switch (name) {
            case "not" -> new Not(of);
            case "has" -> new Has(of);
            default -> new Is(of);
        };
    }

    private Test nth(NthKind among, String argument, int at) throws CssException {
        if (forBrowser && argument.contains(" of ")) {
            return new BrowserOnly("nth-child");
        }
        Matcher matcher = AN_PLUS_B.matcher(argument.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new CssException(at, "has \"" + argument + "\" where a place such as 2, odd or 3n+1 is missing");
        }
        if (matcher.group(1) != null) {
            return new Nth(among, 2, 0);
        }
        if (matcher.group(2) != null) {
            return new Nth(among, 2, 1);
        }
        if (matcher.group(6) != null) {
            return new Nth(among, 0, number(matcher.group(6), at));
        }
        String step = matcher.group(3);
        int offset = matcher.group(5) == null ? 0 : number(matcher.group(5), at);
        return new Nth(
                among,
                step.isEmpty() || step.equals("+") ? 1 : step.equals("-") ? -1 : number(step, at),
                "-".equals(matcher.group(4)) ? -offset : offset);
    }

    private static int number(String digits, int at) throws CssException {
        try {
            int number = Integer.parseInt(digits);
            if (Math.abs(number) <= MAX_INDEX) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Too large; reported below.
        }
        throw new CssException(at, "has " + digits + ", more than any place,");
    }
}
