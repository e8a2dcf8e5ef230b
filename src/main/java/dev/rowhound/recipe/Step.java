package dev.rowhound.recipe;

import dev.rowhound.recipe.pattern.BoundedPattern;

/**
 * One thing that is done on the page. Selectors are CSS with Playwright's additions, such as {@code :has-text("…")}.
 * Values are templates: <code>{key}</code> and <code>{column name}</code> are replaced by the row's.
 */
public sealed interface Step {
    /** The element that the step is about; empty where it is about the page. */
    String selector();

    /** How long the step may take, in milliseconds; 0 means the recipe's {@code timeouts.step_ms}. */
    int timeoutMillis();

    /** Whether the look-up goes on when the element is not there in time, or what is waited for does not come. */
    boolean optional();

    /** What the step types or chooses, templates not filled in; empty for steps without such a value. */
    default String value() {
        return "";
    }

    /** Types a value into a field, replacing what stands there. */
    record Fill(String selector, String value, int timeoutMillis, boolean optional) implements Step {}

    /** Clicks the element. */
    record Click(String selector, int timeoutMillis, boolean optional) implements Step {}

    /** Chooses the option of a list that has this value or label. */
    record Select(String selector, String value, int timeoutMillis, boolean optional) implements Step {}

    /** Ticks a box, or takes the tick away, where it is not so already. */
    record Check(String selector, boolean ticked, int timeoutMillis, boolean optional) implements Step {}

    /** Presses a key, such as {@code Enter}, in the element, or on the page without one. */
    record Press(String selector, String key, int timeoutMillis, boolean optional) implements Step {}

    /** Moves the mouse over the element. */
    record Hover(String selector, int timeoutMillis, boolean optional) implements Step {}

    /** Scrolls until the element is in sight, or to the page's end without one. */
    record Scroll(String selector, int timeoutMillis, boolean optional) implements Step {}

    /** Waits until the element is in that state. */
    record WaitFor(String selector, State state, int timeoutMillis, boolean optional) implements Step {
        /** Waits until the element is visible. */
        public WaitFor(String selector, int timeoutMillis, boolean optional) {
            this(selector, State.VISIBLE, timeoutMillis, optional);
        }
    }

    /** How an element is. */
    enum State {
        /** It is there, and takes room that can be seen. */
        VISIBLE,
        /** It is not there, or cannot be seen. */
        HIDDEN,
        /** It is in the document. */
        ATTACHED
    }

    /** Waits until the element's text, or the page's without a selector, contains a match. */
    record WaitText(String selector, BoundedPattern text, int timeoutMillis, boolean optional) implements Step {}

    /** Waits until an answer has come whose address contains a match, counted from the step before on. */
    record WaitResponse(BoundedPattern url, int timeoutMillis, boolean optional) implements Step {
        @Override
        public String selector() {
            return "";
        }
    }

    /** Waits until the page has been loaded that far. */
    record WaitLoad(Load state, int timeoutMillis, boolean optional) implements Step {
        @Override
        public String selector() {
            return "";
        }
    }

    /** How far a page has been loaded. */
    enum Load {
        /** The document is there as a whole. */
        DOMCONTENTLOADED,
        /** So is what it refers to. */
        LOAD,
        /** Nothing has been asked for during half a second. */
        NETWORKIDLE
    }

    /** What follows from the kind alone: whether it can be done on a page without a browser. */
    default boolean needsBrowser() {
        return !(this instanceof WaitText
                || this instanceof WaitLoad
                || (this instanceof WaitFor wait && wait.state() == State.ATTACHED));
    }
}
