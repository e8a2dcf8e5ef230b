package dev.rowhound.recipe.css;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A selector list; an element matches if it matches any of the selectors.
 *
 * @param alternatives the comma-separated selectors
 */
public record Css(List<Complex> alternatives) {
    public Css {
        alternatives = List.copyOf(alternatives);
    }

    /** The relation of an element to the match of the previous compound selector. */
    public enum Combinator {
        DESCENDANT,
        CHILD,
        /** {@code +}: the next sibling. */
        NEXT,
        /** {@code ~}: any later sibling. */
        LATER
    }

    /** A complex selector: compound selectors joined by combinators; the last one matches the subject. */
    public record Complex(List<Part> parts) {
        public Complex {
            parts = List.copyOf(parts);
        }
    }

    /**
     * A compound selector.
     *
     * @param combinator the relation to the previous part; the first one's only matters within {@code :has()}
     * @param tests the simple selectors, all of which must match; never empty
     */
    public record Part(Combinator combinator, List<Test> tests) {
        public Part {
            tests = List.copyOf(tests);
        }
    }

    /** A simple selector. */
    public sealed interface Test {}

    /** {@code *}. */
    public record Any() implements Test {}

    /** A type selector, in lower case. */
    public record Name(String name) implements Test {}

    public record Id(String id) implements Test {}

    public record ClassName(String name) implements Test {}

    /**
     * An attribute selector.
     *
     * @param name the attribute's name, in lower case
     * @param operator the comparison: {@code =}, {@code ~=}, {@code |=}, {@code ^=}, {@code $=}, {@code *=}, or null to
     *     test for presence
     * @param value the value to compare with; empty without an operator
     * @param ignoreCase whether the selector has the flag {@code i}; HTML ignores case for some attributes anyway
     */
    public record Attribute(String name, @Nullable String operator, String value, boolean ignoreCase) implements Test {}

    /** The siblings that {@link Nth} counts. */
    public enum NthKind {
        CHILDREN(false, false),
        CHILDREN_FROM_THE_END(false, true),
        TYPE(true, false),
        TYPE_FROM_THE_END(true, true);

        private final boolean sameName;
        private final boolean fromTheEnd;

        NthKind(boolean sameName, boolean fromTheEnd) {
            this.sameName = sameName;
            this.fromTheEnd = fromTheEnd;
        }

        /** Returns whether only elements of the same type count. */
        public boolean sameName() {
            return sameName;
        }

        /** Returns whether counting starts at the last sibling. */
        public boolean fromTheEnd() {
            return fromTheEnd;
        }
    }

    /** Matches if the 1-based index among its siblings is {@code step × n + offset} for some n from 0. */
    public record Nth(NthKind among, int step, int offset) implements Test {}

    /** {@code :root}. */
    public record Root() implements Test {}

    /** {@code :empty}: has neither elements nor text. */
    public record Empty() implements Test {}

    /** {@code :is()} and {@code :where()}. */
    public record Is(Css of) implements Test {}

    /** {@code :not()}. */
    public record Not(Css of) implements Test {}

    /** {@code :has()}: the selectors are relative to the element by their first combinator. */
    public record Has(Css of) implements Test {}

    /** A pseudo-class that only browsers know, such as {@code :visible} or {@code :has-text("x")}. */
    public record BrowserOnly(String name) implements Test {}
}
