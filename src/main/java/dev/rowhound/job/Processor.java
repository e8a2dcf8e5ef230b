package dev.rowhound.job;

/**
 * Processes items one at a time, on the thread that also creates and closes it. It may block that thread. It depends on
 * neither the store nor the event bus.
 */
public interface Processor extends AutoCloseable {
    /**
     * Processes one item. Faults of the site or the browser are results, not exceptions; an exception is a bug and ends
     * the attempt as {@link ErrorCode#INTERNAL}.
     */
    ItemResult process(ItemInput input, ItemContext context) throws Exception;

    /**
     * Aborts whatever the current item waits for, so that {@link #process} returns soon: a page in an endless loop
     * would block its thread forever. Called from another thread; may block for some seconds. The processor stays
     * usable.
     */
    void abort();

    @Override
    void close();
}
