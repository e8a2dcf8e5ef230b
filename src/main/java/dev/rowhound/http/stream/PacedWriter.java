package dev.rowhound.http.stream;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/** Writes to a response no faster than its client reads. */
public final class PacedWriter {
    private final HttpServerResponse response;

    public PacedWriter(HttpServerResponse response) {
        this.response = response;
    }

    /** Writes bytes. The future succeeds when more may be written, and fails if the client disconnects. */
    public Future<Void> write(Buffer bytes) {
        if (response.closed() || response.ended()) {
            return Future.failedFuture("the client has disconnected");
        }
        if (bytes.length() == 0) {
            return Future.succeededFuture();
        }
        Future<Void> written = response.write(bytes);
        if (!response.writeQueueFull()) {
            return Future.succeededFuture();
        }
        Promise<Void> drained = Promise.promise();
        response.drainHandler(none -> drained.tryComplete());
        // The queue of a disconnected client never drains; its write fails instead.
        written.onFailure(drained::tryFail);
        return drained.future();
    }
}
