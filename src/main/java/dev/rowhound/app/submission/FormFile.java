package dev.rowhound.app.submission;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * What the file of a form becomes.
 *
 * @param <T> what a whole upload comes to
 */
public interface FormFile<T> {
    /** Makes one of the fields that came before the file. */
    @FunctionalInterface
    interface Opening<T> {
        /**
         * Called when the file begins.
         *
         * @param fields the fields before the file
         * @param filename the file's name as the client gave it, or null
         * @return fails with an {@link Refusal} that names the field at fault, which may also be thrown
         */
        Future<FormFile<T>> open(MultiMap fields, @Nullable String filename);
    }

    /**
     * Reads the whole file, and closes it. May block.
     *
     * @return how many rows there were
     * @throws Exception whatever made the file or the store unusable; the rest of the file then drains
     */
    int run(InputStream bytes) throws Exception;

    /** Called several times within the lease of an upload, while it is under way. Never blocks. */
    void hold();

    /** The upload is whole. Never blocks. */
    Future<T> finish(int rows, String sha256);

    /** Undoes what an upload has left that failed before it had finished or while it did. May block. */
    void undo(Throwable error);

    /**
     * What is answered when the upload has failed.
     *
     * @param sha256 of the whole file, or null where it has not arrived
     */
    default Future<T> failed(Throwable error, @Nullable String sha256) {
        return Future.failedFuture(error);
    }
}
