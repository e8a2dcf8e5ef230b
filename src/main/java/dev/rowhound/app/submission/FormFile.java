package dev.rowhound.app.submission;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Processes the file of a form.
 *
 * @param <T> the result of a complete upload
 */
public interface FormFile<T> {
    /** Creates the {@link FormFile} for a file from the fields that precede it. */
    @FunctionalInterface
    interface Opening<T> {
        /**
         * Called when the file starts.
         *
         * @param fields the fields before the file
         * @param filename the file's name as sent by the client, or null
         * @return fails with a {@link Refusal} that names the invalid field, which may also be thrown
         */
        Future<FormFile<T>> open(MultiMap fields, @Nullable String filename);
    }

    /**
     * Reads and closes the whole file. May block.
     *
     * @return the number of rows
     * @throws Exception an error of the file or the store; the rest of the file is then drained
     */
    int run(InputStream bytes) throws Exception;

    /** Renews the lease of a running upload; called several times per lease. Never blocks. */
    void hold();

    /** Completes the upload after the whole file has been read. Never blocks. */
    Future<T> finish(int rows, String sha256);

    /** Removes the effects of an upload that failed in {@link #run} or {@link #finish}. May block. */
    void undo(Throwable error);

    /**
     * Determines the response to a failed upload.
     *
     * @param sha256 the digest of the whole file, or null if it has not arrived completely
     */
    default Future<T> failed(Throwable error, @Nullable String sha256) {
        return Future.failedFuture(error);
    }
}
