package dev.rowhound.http.request;

import dev.rowhound.app.Refusal;
import dev.rowhound.artifact.Sha256;
import dev.rowhound.queue.IdempotencyStore;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writing calls that may be sent again: under an {@code Idempotency-Key} the first answer below 500 is kept for a day
 * and given to each repeat. The operations themselves must be safe to repeat, for an attempt may be lost with its node.
 */
public final class IdempotencyFilter {
    private static final Logger LOG = LoggerFactory.getLogger(IdempotencyFilter.class);

    private final IdempotencyStore replies;

    /** Keeps answers there. */
    public IdempotencyFilter(IdempotencyStore replies) {
        this.replies = replies;
    }

    /** What a call comes to; a failure is answered as any handler's is. The body is at {@code context.body()}. */
    @FunctionalInterface
    public interface Operation {
        /** Runs it. */
        Future<Answer> run(RoutingContext context);
    }

    /**
     * An answer in JSON.
     *
     * @param status the HTTP status
     * @param body the JSON, or the empty string for an answer without a body
     */
    public record Answer(int status, String body) {
        /** An answer with a body. */
        public static Answer ok(JsonObject body) {
            return new Answer(200, body.encode());
        }

        /** An answer without a body. */
        public static Answer none() {
            return new Answer(204, "");
        }
    }

    /** Answers with what the operation comes to, whatever the call's name. */
    public static void answer(RoutingContext context, Operation operation) {
        operation.run(context).onSuccess(answer -> send(context, answer)).onFailure(context::fail);
    }

    /** Answers with what the operation comes to, or has come to under the call's name. */
    void handle(RoutingContext context, Operation operation) {
        RequestScope scope = RequestScope.of(context);
        if (scope.key() == null) {
            answer(context, operation);
            return;
        }
        HttpServerRequest request = context.request();
        IdempotencyStore.Try attempt = attempt(request, scope.caller().user(), scope.key());
        Buffer body = context.body().buffer();
        String print = Sha256.hex(call(request) + "\n" + request.query() + "\n" + (body == null ? "" : body));
        named(context, attempt, print, () -> run(context, operation))
                .onSuccess(answer -> send(context, answer))
                .onFailure(context::fail);
    }

    /** A try at the call that the request names. */
    public static IdempotencyStore.Try attempt(HttpServerRequest request, String user, String key) {
        return IdempotencyStore.of(user, Sha256.hex(call(request) + "\n" + key));
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
    public Future<Answer> named(
            RoutingContext context, IdempotencyStore.Try attempt, String print, Supplier<Future<Answer>> operation) {
        return replies.begin(attempt, print).compose(begun -> switch (begun.kind()) {
            case BEGUN -> first(attempt, operation);
            case ENDED -> {
                context.response().putHeader("Idempotency-Replayed", "true");
                yield Future.succeededFuture(new Answer(begun.status(), begun.body()));
            }
            case CONFLICT ->
                Future.failedFuture(Refusal.of(
                        "idempotency_conflict",
                        "another call was made under the same key; send this one under another",
                        IdempotencyKey.HEADER));
            case RUNNING -> {
                context.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
                yield Future.failedFuture(
                        Refusal.of("request_in_progress", "the same call is under way; send it again in a moment"));
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

    /** The answer of the operation, a refusal being one too. */
    private static Future<Answer> run(RoutingContext context, Operation operation) {
        Future<Answer> answer;
        try {
            answer = operation.run(context);
        } catch (RuntimeException e) {
            answer = Future.failedFuture(e);
        }
        return answer.otherwise(failure -> {
            Refusal refusal = Errors.refusal(failure, 500, context);
            return new Answer(
                    Statuses.of(refusal),
                    Errors.body(refusal, Errors.requestId(context)).encode());
        });
    }

    private static void send(RoutingContext context, Answer answer) {
        if (answer.status() == 503 || answer.status() == 429) {
            context.response().putHeader(HttpHeaders.RETRY_AFTER, Errors.DEFAULT_WAIT_SECONDS);
        }
        if (answer.status() >= 400) {
            context.response().putHeader("X-Request-Id", Errors.requestId(context));
        }
        context.response().setStatusCode(answer.status());
        var unused = answer.body().isEmpty()
                ? context.response().end()
                : context.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                        .end(answer.body());
    }
}
