package dev.rowhound.redis;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/** Answers that several callers share come on whichever context is at hand; here they come on each caller's own. */
public final class CallerContext {
    private CallerContext() {}

    /** The same answer on the present context, where there is one; never before this call has returned. */
    public static <T extends @Nullable Object> Future<T> keep(Future<T> answer) {
        Context caller = Vertx.currentContext();
        if (caller == null) {
            return answer;
        }
        Promise<T> promise = Promise.promise();
        answer.onComplete(done -> caller.runOnContext(none -> promise.handle(done)));
        return promise.future();
    }
}
