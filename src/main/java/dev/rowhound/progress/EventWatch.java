package dev.rowhound.progress;

/** Follows events for one watcher, on the event loop that it is started on. */
public interface EventWatch {
    /** Starts the watch on the calling event loop. */
    void start();

    /** Stops the watch; the sink is not called again. */
    void stop();
}
