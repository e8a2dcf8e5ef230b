package dev.rowhound.recipe;

import dev.rowhound.recipe.pattern.BoundedPattern;

/**
 * A step on the page. Selectors are CSS with Playwright's extensions, such as {@code :has-text("…")}. Values are
 * templates: <code>{key}</code> and <code>{column name}</code> are replaced by the row's values.
 */
public sealed interface Step {
    /** Returns the selector of the target element; empty for the page. */
    String selector();

    /** Returns the time limit in milliseconds; 0 means the recipe's {@code timeouts.step_ms}. */
    int timeoutMillis();

    /** Returns whether the lookup continues if the element or the awaited state does not appear in time. */
    boolean optional();

    /** Returns the template of the text to type or choose; empty for other steps. */
    default String value() {
        return "";
    }

    /** Types a value into a field, replacing its content. */
    record Fill(String selector, String value, int timeoutMillis, boolean optional) implements Step {}

    /** Clicks the element. */
    record Click(String selector, int timeoutMillis, boolean optional) implements Step {}

    /** Selects the option with this value or label. */
    record Select(String selector, String value, int timeoutMillis, boolean optional) implements Step {}

    /** Checks or unchecks a checkbox. */
    record Check(String selector, boolean ticked, int timeoutMillis, boolean optional) implements Step {}

    /** Presses a key, such as {@code Enter}, on the element or the page. */
    record Press(String selector, String key, int timeoutMillis, boolean optional) implements Step {}

    /** Moves the mouse over the element. */
    record Hover(String selector, int timeoutMillis, boolean optional) implements Step {}

    /** Scrolls to the element, or to the end of the page. */
    record Scroll(String selector, int timeoutMillis, boolean optional) implements Step {}

    /** Waits until the element has the state. */
    record WaitFor(String selector, State state, int timeoutMillis, boolean optional) implements Step {
        public WaitFor(String selector, int timeoutMillis, boolean optional) {
            this(selector, State.VISIBLE, timeoutMillis, optional);
        }
    }

    /** The state of an element, as Playwright defines it. */
    enum State {
        /** In the document with a visible area. */
        VISIBLE,
        /** Missing or invisible. */
        HIDDEN,
        /** In the document. */
        ATTACHED
    }

    /** Waits until the element's text, or the page's without a selector, contains a match. */
    record WaitText(String selector, BoundedPattern text, int timeoutMillis, boolean optional) implements Step {}

    /** Waits for a response whose address contains a match, counting from the previous step. */
    record WaitResponse(BoundedPattern url, int timeoutMillis, boolean optional) implements Step {
        @Override
        public String selector() {
            return "";
        }
    }

    /** Waits until the page has reached the load state. */
    record WaitLoad(Load state, int timeoutMillis, boolean optional) implements Step {
        @Override
        public String selector() {
            return "";
        }
    }

    /** The load state of a page, as Playwright defines it. */
    enum Load {
        /** The document is parsed. */
        DOMCONTENTLOADED,
        /** Its subresources are loaded too. */
        LOAD,
        /** There were no requests for half a second. */
        NETWORKIDLE
    }

    /** Returns whether the step cannot be performed on a page loaded over HTTP. */
    default boolean needsBrowser() {
        return !(this instanceof WaitText
                || this instanceof WaitLoad
                || (this instanceof WaitFor wait && wait.state() == State.ATTACHED));
    }
}
