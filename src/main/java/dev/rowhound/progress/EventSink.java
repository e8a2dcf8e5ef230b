package dev.rowhound.progress;

import io.vertx.core.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Receives what a watch finds. Its methods are called on the event loop that the watch was started on. */
public interface EventSink {
    /**
     * Receives events of a job. Once the future succeeds, the watch continues; if it fails, the same events are
     * delivered again later.
     *
     * @param cursor the watcher's cursor after these events
     */
    Future<Void> events(String job, EventBatch batch, String cursor);

    /**
     * Called when a job's cursor cannot be continued.
     *
     * @param place returns the watcher's cursor for a snapshot taken at the given cursor
     * @return where to continue: the cursor of a snapshot that the watcher was given; null if the job does not exist,
     *     which ends its watch
     */
    Future<@Nullable Cursor> lost(String job, Function<Cursor, String> place);

    /** Called when a job has had its last event; the job is no longer followed. */
    default void ended(String job) {
        // Most sinks that follow several jobs continue with the others.
    }

    /** Receives the progress of an item if a single job is followed; it is unnumbered and not awaited. */
    default void progress(String progress) {
        // Most sinks handle stored events only.
    }
}
