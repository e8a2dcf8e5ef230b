package dev.trawl.recipe;

/**
 * One thing that is done on the page. Selectors are CSS with Playwright's additions, such as {@code :has-text("…")}.
 * Values are templates: <code>{key}</code> and <code>{column name}</code> are replaced by the row's.
 */
public sealed interface Step {
    /** The element that the step is about. */
    String selector();

    /** How long the step may take, in milliseconds; 0 means the recipe's {@code timeouts.step_ms}. */
    int timeoutMillis();

    /** Whether the look-up goes on when the element is not there in time. */
    boolean optional();

    /** Waits until the element is visible. */
    record WaitFor(String selector, int timeoutMillis, boolean optional) implements Step {}

    /** Types a value into a field, replacing what stands there. */
    record Fill(String selector, String value, int timeoutMillis, boolean optional) implements Step {}

    /** Clicks the element. */
    record Click(String selector, int timeoutMillis, boolean optional) implements Step {}

    /** Presses a key, such as {@code Enter}, in the element. */
    record Press(String selector, String key, int timeoutMillis, boolean optional) implements Step {}
}
