package dev.rowhound.http;

import dev.rowhound.queue.IdempotencyStore;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writing calls that may be sent again: under an {@code Idempotency-Key} the first answer below 500 is kept for a day
 * and given to each repeat. The operations themselves must be safe to repeat, for a try may be lost with its node.
 */
final class Once {
    private static final Logger LOG = LoggerFactory.getLogger(Once.class);
    private static final long MAX_BODY_BYTES = 256 * 1024;

    private final IdempotencyStore replies;
    private final Callers callers;

    Once(IdempotencyStore replies, Callers callers) {
        this.callers = callers;
        this.replies = replies;
    }

    /** What a call comes to; a failure is answered as any handler's is. The body is at {@code context.body()}. */
    @FunctionalInterface
    interface Operation {
        Future<Answer> run(RoutingContext context);
    }

    /** An answer in JSON. */
    record Answer(int status, String body) {
        static Answer ok(JsonObject body) {
            return new Answer(200, body.encode());
        }

        /** There is nothing to tell. */
        static Answer none() {
            return new Answer(204, "");
        }
    }

    /** Lets the route do that. */
    void on(Route route, Operation operation) {
        route.handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES))
                .handler(context -> handle(context, operation));
    }

    private void handle(RoutingContext context, Operation operation) {
        String key = IdempotencyKey.of(context.request());
        if (key == null) {
            run(context, operation).onSuccess(answer -> send(context, answer));
            return;
        }
        IdempotencyStore.Try attempt =
                attempt(context.request(), callers.of(context.request()).user(), key);
        Buffer body = context.body().buffer();
        String print = UploadIntake.sha256(call(context.request()) + "\n"
                + context.request().query() + "\n" + (body == null ? "" : body.toString()));
        named(context, attempt, print, () -> run(context, operation))
                .onSuccess(answer -> send(context, answer))
                .onFailure(context::fail);
    }

    /** A try at the call that the request names. */
    static IdempotencyStore.Try attempt(HttpServerRequest request, String user, String key) {
        return IdempotencyStore.of(user, UploadIntake.sha256(call(request) + "\n" + key));
    }

    private static String call(HttpServerRequest request) {
        return request.method() + "\n" + request.path();
    }

    /**
     * Makes a named call, unless it was made before.
     *
     * @param print a digest of all that the call says
     * @param operation makes it; its failure is not kept, nor is an answer from 500 on
     * @return the answer to the first such call; fails with 409 where the name stands for another call, or one is under
     *     way
     */
    Future<Answer> named(
            RoutingContext context, IdempotencyStore.Try attempt, String print, Supplier<Future<Answer>> operation) {
        return replies.begin(attempt, print).compose(begun -> switch (begun.kind()) {
            case BEGUN -> first(attempt, operation);
            case ENDED -> {
                context.response().putHeader("Idempotency-Replayed", "true");
                yield Future.succeededFuture(new Answer(begun.status(), begun.body()));
            }
            case CONFLICT ->
                Future.failedFuture(new ApiException(ApiError.of(
                        409,
                        "idempotency_conflict",
                        "another call was made under the same key; send this one under another",
                        IdempotencyKey.HEADER)));
            case RUNNING -> {
                context.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
                yield Future.failedFuture(new ApiException(ApiError.of(
                        409, "request_in_progress", "the same call is under way; send it again in a moment")));
            }
        });
    }

    private Future<Answer> first(IdempotencyStore.Try attempt, Supplier<Future<Answer>> operation) {
        return operation.get().transform(made -> {
            boolean keep = made.succeeded() && made.result().status() < 500;
            Future<Void> kept = keep
                    ? replies.end(attempt, made.result().status(), made.result().body())
                    : replies.forget(attempt);
            return kept.onFailure(error -> LOG.warn("An answer could not be kept for a repeat: {}", error.getMessage()))
                    .transform(done -> made.succeeded()
                            ? Future.succeededFuture(made.result())
                            : Future.failedFuture(made.cause()));
        });
    }

    private static Future<Answer> run(RoutingContext context, Operation operation) {
        Future<Answer> answer;
        try {
            answer = operation.run(context);
        } catch (RuntimeException e) {
            answer = Future.failedFuture(e);
        }
        return answer.otherwise(failure -> {
            ApiError error = Errors.toError(failure, 500, context);
            return new Answer(
                    error.status(), error.toJson(Errors.requestId(context)).encode());
        });
    }

    private static void send(RoutingContext context, Answer answer) {
        if (answer.status() == 503 || answer.status() == 429) {
            context.response().putHeader(HttpHeaders.RETRY_AFTER, Errors.STANDARD_WAIT);
        }
        if (answer.status() >= 400) {
            context.response().putHeader("X-Request-Id", Errors.requestId(context));
        }
        if (answer.body().isEmpty()) {
            var ended = context.response().setStatusCode(answer.status()).end();
            return;
        }
        var unused = context.response()
                .setStatusCode(answer.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(answer.body());
    }
}
