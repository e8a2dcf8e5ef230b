package dev.rowhound.progress;

import io.vertx.core.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Takes what a watch finds. Its methods are called on the event loop that the watch was started on. */
public interface EventSink {
    /**
     * Takes a job's events; the next ones of any job come once the future has succeeded, the same ones later if it
     * fails.
     *
     * @param cursor the place that the watcher has with them
     */
    Future<Void> events(String job, EventBatch batch, String cursor);

    /**
     * A job's cursor cannot be continued.
     *
     * @param place the place that the watcher has with a snapshot of that cursor
     * @return where to go on, the cursor of a snapshot that the watcher was given; null where the job is gone, which
     *     is then followed no further
     */
    Future<@Nullable Cursor> lost(String job, Function<Cursor, String> place);

    /** The job's last event was the last one that it will have; it is followed no further. */
    default void ended(String job) {
        // Most watchers that follow several jobs go on with the others.
    }

    /** An item of the one job that is followed is that far; of no number, and not to be waited for. */
    default void progress(String progress) {
        // Most watchers want what is certain.
    }
}
