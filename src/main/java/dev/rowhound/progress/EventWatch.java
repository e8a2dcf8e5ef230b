package dev.rowhound.progress;

/** Follows events for one watcher, on the event loop that it is started on. */
public interface EventWatch {
    /** Begins, on the event loop that this is called on. */
    void start();

    /** Ends; the watcher is not called again. */
    void stop();
}
