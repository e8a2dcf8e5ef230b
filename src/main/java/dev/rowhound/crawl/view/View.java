package dev.rowhound.crawl.view;

import dev.rowhound.job.Evidence;
import dev.rowhound.recipe.Step;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The page of one item, in a browser or fetched over HTTP. Confined to the thread that opened it. Each method may throw
 * {@link ViewClosedException}.
 */
public interface View extends AutoCloseable {
    /** Returns the engine: {@code browser} or {@code http}. */
    String engine();

    /**
     * Opens an address and returns as soon as the page begins to arrive, since its subresources may be slow and
     * irrelevant.
     *
     * @param step the name of the current step, for errors
     * @throws LookupException if no page arrived in time, or the navigation failed
     */
    Arrival open(String address, Deadline limit, String step) throws LookupException;

    /**
     * Performs a step on the page.
     *
     * @param value the text to type or choose, with templates filled in
     * @param step the name of the current step, for errors
     * @throws LookupException with {@code timeout} if the step was not completed in time, with {@code selector_missing}
     *     if its element is missing or unsuitable
     */
    void perform(Step action, Typed value, Deadline limit, String step) throws LookupException;

    /**
     * Takes a snapshot: the first time as soon as the page is parsed, later as soon as it may have changed since the
     * last snapshot, at the latest after {@code patienceMillis}.
     *
     * @param patienceMillis how long to wait for a change; 0 to read at once
     * @param limit the deadline for a page that is too busy to respond
     * @param step the name of the current step, for errors
     * @return the snapshot; empty while another document replaces the current one
     * @throws LookupException if the page cannot be read, with {@code timeout} if it is too busy
     */
    Optional<Snapshot> snapshot(SnapshotRequest request, long patienceMillis, Deadline limit, String step)
            throws LookupException;

    /**
     * Waits while the page continues to run.
     *
     * @throws IllegalStateException if the page {@linkplain #canChange cannot change}
     */
    void pause(long millis);

    /** Returns whether the page may change without a step. */
    boolean canChange();

    /** Takes a screenshot of the page as PNG; empty if none can be taken soon. */
    Optional<byte[]> screenshot();

    /** Takes a screenshot of an element as PNG; empty if it is missing or none can be taken soon. */
    Optional<byte[]> screenshot(String selector);

    /** Returns the cookies and storage for a {@link SessionState}; empty if the engine keeps none. */
    Optional<String> storageState();

    /** Returns the first few console errors of the page, shortened. */
    List<String> console();

    /**
     * Ends the recordings of the item and returns those to keep, with credentials redacted. Closes the page.
     *
     * @param failed whether the item was blocked or has failed
     * @param secrets removes the deployment's secrets from a text
     */
    default List<Evidence> recordings(boolean failed, UnaryOperator<String> secrets) {
        return List.of();
    }

    /** Closes the page and discards its state, unless it belongs to a session. */
    @Override
    void close();
}
