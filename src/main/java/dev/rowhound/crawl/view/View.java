package dev.rowhound.crawl.view;

import dev.rowhound.job.Evidence;
import dev.rowhound.recipe.Step;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The one page of one item, as a browser shows it or as it came over HTTP. It belongs to the thread that opened it.
 * Each method may throw {@link GoneException}.
 */
public interface View extends AutoCloseable {
    /** What looks: {@code browser} or {@code http}. */
    String engine();

    /**
     * Opens an address; returns as soon as the page begins to arrive, for what it refers to may take long and matter to
     * nobody.
     *
     * @param step the name of what is being done, for the error
     * @throws LookupException if no page came in time, or none can come
     */
    Arrival open(String address, Deadline limit, String step) throws LookupException;

    /**
     * Does a step on the page.
     *
     * @param value what to type or choose, templates filled in
     * @param step the name of what is being done, for the error
     * @throws LookupException with {@code timeout} if it could not be done in time, with {@code selector_missing} if its
     *     element is not there or not fit for it
     */
    void perform(Step action, Typed value, Deadline limit, String step) throws LookupException;

    /**
     * Reads the page: the first time as soon as it has been parsed, then as soon as it may have changed since the last
     * look; as it is when the patience is over.
     *
     * @param patienceMillis how long to wait for that; 0 to read it at once
     * @param limit until when a page that is too busy to answer is borne
     * @param step the name of what is being done, for the error
     * @return nothing while the page gives way to another one
     * @throws LookupException if the page cannot be read, with {@code timeout} if it is too busy
     */
    Optional<Snapshot> look(Sought sought, long patienceMillis, Deadline limit, String step) throws LookupException;

    /**
     * Lets so much time pass, during which the page goes on.
     *
     * @throws IllegalStateException if it {@linkplain #canChange cannot change}
     */
    void rest(long millis);

    /** Whether what stands on the page may change without a step. */
    boolean canChange();

    /** A picture of the page as PNG, or nothing where none can be taken soon. */
    Optional<byte[]> picture();

    /** A picture of an element as PNG, or nothing where it is not there or none can be taken soon. */
    Optional<byte[]> picture(String selector);

    /** What sites have stored so far, as {@link SessionState} carries it; empty where nothing is kept. */
    Optional<String> stored();

    /** The errors that the page has told its console, the first few, cut. */
    List<String> console();

    /**
     * Ends what was recorded of the item and gives what is to be kept of it, without what lets its reader into a
     * session. The page is closed by that.
     *
     * @param failed whether the item was blocked or has failed
     * @param secrets removes the deployment's secrets from a text
     */
    default List<Evidence> recordings(boolean failed, UnaryOperator<String> secrets) {
        return List.of();
    }

    /** Gives the page up, and with it all that it has stored. */
    @Override
    void close();
}
