package dev.rowhound.job;

/**
 * Looks items up, one at a time, on the one thread that also made and closes it. It may block that thread. It knows
 * neither the store nor the event bus.
 */
public interface Processor extends AutoCloseable {
    /**
     * Looks one item up. Faults of the site or the browser are results, not exceptions; an exception means a fault of
     * the program and ends the attempt as {@link ErrorCode#INTERNAL}.
     */
    ItemResult process(ItemInput input, ItemContext context) throws Exception;

    /**
     * Ends whatever the current item waits for, from any other thread, so that {@link #process} returns soon: a page
     * in an endless loop holds its thread for good. It may block for some seconds. The processor is usable again
     * afterwards.
     */
    void abort();

    /** Frees what the processor holds. */
    @Override
    void close();
}
