package dev.rowhound.redis;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/** Delivers the result of a shared future on the Vert.x context of each caller. */
public final class CallerContext {
    private CallerContext() {}

    /** Returns a future that completes on the caller's context, if it has one, and never before this method returns. */
    public static <T extends @Nullable Object> Future<T> keep(Future<T> shared) {
        Context caller = Vertx.currentContext();
        if (caller == null) {
            return shared;
        }
        Promise<T> promise = Promise.promise();
        shared.onComplete(done -> caller.runOnContext(none -> promise.handle(done)));
        return promise.future();
    }
}
