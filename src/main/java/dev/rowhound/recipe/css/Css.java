package dev.rowhound.recipe.css;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list of CSS selectors; an element matches that matches any of them.
 *
 * @param alternatives the selectors between the commas
 */
public record Css(List<Complex> alternatives) {
    public Css {
        alternatives = List.copyOf(alternatives);
    }

    /** How an element stands to the one that the selector's part before it means. */
    public enum Combinator {
        /** Somewhere within it. */
        DESCENDANT,
        /** Directly within it. */
        CHILD,
        /** Directly behind it. */
        NEXT,
        /** Somewhere behind it, in the same parent. */
        LATER
    }

    /** Parts joined by combinators, from the left; the last one means the element itself. */
    public record Complex(List<Part> parts) {
        public Complex {
            parts = List.copyOf(parts);
        }
    }

    /**
     * What must hold of one element.
     *
     * @param combinator how it stands to the part before; the first one's counts only within {@code :has()}
     * @param tests all of these; never empty
     */
    public record Part(Combinator combinator, List<Test> tests) {
        public Part {
            tests = List.copyOf(tests);
        }
    }

    /** One thing that must hold of an element. */
    public sealed interface Test {}

    /** Any element. */
    public record Any() implements Test {}

    /** An element's name, in small letters. */
    public record Name(String name) implements Test {}

    /** Its id. */
    public record Id(String id) implements Test {}

    /** One of its classes. */
    public record ClassName(String name) implements Test {}

    /**
     * An attribute.
     *
     * @param name its name, in small letters
     * @param operator how the value is compared: {@code =}, {@code ~=}, {@code |=}, {@code ^=}, {@code $=}, {@code *=},
     *     or null where it is enough that it is there
     * @param value what it is compared with; empty without an operator
     * @param ignoreCase whether the selector says that the letters' case does not count; for some attributes HTML says
     *     so itself
     */
    public record Attribute(String name, @Nullable String operator, String value, boolean ignoreCase) implements Test {}

    /** What {@link Nth} counts. */
    public enum Among {
        CHILDREN(false, false),
        CHILDREN_FROM_THE_END(false, true),
        TYPE(true, false),
        TYPE_FROM_THE_END(true, true);

        private final boolean sameName;
        private final boolean fromTheEnd;

        Among(boolean sameName, boolean fromTheEnd) {
            this.sameName = sameName;
            this.fromTheEnd = fromTheEnd;
        }

        /** Whether only elements of the same name are counted. */
        public boolean sameName() {
            return sameName;
        }

        /** Whether the last one is the first. */
        public boolean fromTheEnd() {
            return fromTheEnd;
        }
    }

    /** The place among its siblings, from 1, is {@code step × n + offset} for an n from 0. */
    public record Nth(Among among, int step, int offset) implements Test {}

    /** {@code :root}: it has no parent element. */
    public record Root() implements Test {}

    /** {@code :empty}: neither element nor text is in it. */
    public record Empty() implements Test {}

    /** {@code :is()} and {@code :where()}. */
    public record Is(Css of) implements Test {}

    /** {@code :not()}. */
    public record Not(Css of) implements Test {}

    /** {@code :has()}: the first part of each selector stands by its combinator to the element. */
    public record Has(Css of) implements Test {}

    /** A pseudo-class that only a browser knows, such as {@code :visible} or {@code :has-text("x")}. */
    public record OfBrowser(String name) implements Test {}
}
