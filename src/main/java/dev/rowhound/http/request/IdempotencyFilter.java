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
 * Makes writing calls safe to repeat. The first response below 500 to an {@code Idempotency-Key} is kept for a day and
 * replayed for each repeat. Operations must be idempotent all the same, because a node may fail between an operation
 * and the storing of its response.
 */
public final class IdempotencyFilter {
    private static final Logger LOG = LoggerFactory.getLogger(IdempotencyFilter.class);

    private final IdempotencyStore replies;

    public IdempotencyFilter(IdempotencyStore replies) {
        this.replies = replies;
    }

    /**
     * A call that returns a response; a failure is answered like the failure of any handler. The body is in
     * {@code context.body()}.
     */
    @FunctionalInterface
    public interface Operation {
        Future<Answer> run(RoutingContext context);
    }

    /**
     * A JSON response.
     *
     * @param status the HTTP status
     * @param body the JSON, or the empty string for a response without a body
     */
    public record Answer(int status, String body) {
        /** Returns a 200 response. */
        public static Answer ok(JsonObject body) {
            return new Answer(200, body.encode());
        }

        /** Returns a 204 response. */
        public static Answer none() {
            return new Answer(204, "");
        }
    }

    /** Runs the operation and sends its response, without regard to idempotency keys. */
    public static void answer(RoutingContext context, Operation operation) {
        operation.run(context).onSuccess(answer -> send(context, answer)).onFailure(context::fail);
    }

    /** Runs the operation once per idempotency key; a repeat gets the stored response. */
    void handle(RoutingContext context, Operation operation) {
        RequestScope scope = RequestScope.of(context);
        if (scope.key() == null) {
            answer(context, operation);
            return;
        }
        HttpServerRequest request = context.request();
        IdempotencyStore.Try attempt = attempt(request, scope.caller().user(), scope.key());
        Buffer body = context.body().buffer();
        String fingerprint = Sha256.hex(callOf(request) + "\n" + request.query() + "\n" + (body == null ? "" : body));
        named(context, attempt, fingerprint, () -> run(context, operation))
                .onSuccess(answer -> send(context, answer))
                .onFailure(context::fail);
    }

    /** Returns a new attempt at the call that this request, user and key identify. */
    public static IdempotencyStore.Try attempt(HttpServerRequest request, String user, String key) {
        return IdempotencyStore.of(user, Sha256.hex(callOf(request) + "\n" + key));
    }

    private static String callOf(HttpServerRequest request) {
        return request.method() + "\n" + request.path();
    }

    /**
     * Runs an operation under an idempotency key unless it has already run.
     *
     * @param fingerprint digest of the request's content
     * @param operation runs the call; neither its failure nor a response of 500 or above is kept
     * @return the response to the first call; fails with 409 if the key was used for another call or the call is still
     *     running
     */
    public Future<Answer> named(
            RoutingContext context,
            IdempotencyStore.Try attempt,
            String fingerprint,
            Supplier<Future<Answer>> operation) {
        return replies.begin(attempt, fingerprint).compose(begin -> switch (begin.kind()) {
            case BEGUN -> runFirst(attempt, operation);
            case ENDED -> {
                context.response().putHeader("Idempotency-Replayed", "true");
                yield Future.succeededFuture(new Answer(begin.status(), begin.body()));
            }
            case CONFLICT ->
                Future.failedFuture(Refusal.of(
                        "idempotency_conflict",
                        "the key was used for another call; use another key",
                        IdempotencyKey.HEADER));
            case RUNNING -> {
                context.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
                yield Future.failedFuture(
                        Refusal.of("request_in_progress", "the same call is in progress; try again in a moment"));
            }
        });
    }

    private Future<Answer> runFirst(IdempotencyStore.Try attempt, Supplier<Future<Answer>> operation) {
        return operation.get().transform(result -> {
            boolean keep = result.succeeded() && result.result().status() < 500;
            Future<Void> saved = keep
                    ? replies.end(
                            attempt, result.result().status(), result.result().body())
                    : replies.forget(attempt);
            return saved.onFailure(
                            error -> LOG.warn("A response could not be stored for repeats: {}", error.getMessage()))
                    .transform(done -> result.succeeded()
                            ? Future.succeededFuture(result.result())
                            : Future.failedFuture(result.cause()));
        });
    }

    /** Runs the operation and converts its failure to an error response, so that refusals are stored too. */
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
