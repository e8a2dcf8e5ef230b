package dev.rowhound.http;

import dev.rowhound.artifact.StorageException;
import dev.rowhound.http.request.Refusal;
import dev.rowhound.http.request.RequestGuard;
import dev.rowhound.queue.job.JobGoneException;
import dev.rowhound.redis.StoreUnavailableException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever ends a request early into the one form of errors. */
final class Errors {
    private static final Logger LOG = LoggerFactory.getLogger(Errors.class);
    private static final String REQUEST_ID = "rowhound.request_id";

    /** The detail of an error that says how long to wait, in seconds, and goes into the header too. */
    static final String RETRY_AFTER = "retry_after";

    /** How long a client waits before it asks a store again that was away, in seconds. */
    static final String STANDARD_WAIT = "2";

    /** Where a request's context has the {@link ApiError} that it was answered with. */
    static final String REFUSAL = "rowhound.refusal";

    private Errors() {}

    /** Lets a router answer what fails on its routes, and what none of them takes. */
    static void on(Router router) {
        router.route().failureHandler(Errors::handle);
        router.errorHandler(404, Errors::handle);
        router.errorHandler(405, context -> {
            context.response()
                    .putHeader(
                            HttpHeaders.ALLOW, methods(router, context.request().path()));
            handle(context);
        });
    }

    /** The methods that the path takes, for {@code Allow} (RFC 9110, section 10.2.1). */
    private static String methods(Router router, String path) {
        String[] asked = path.split("/", -1);
        return router.getRoutes().stream()
                .filter(route -> route.getPath() != null && isOf(route.getPath().split("/", -1), asked))
                .flatMap(route -> route.methods().stream())
                .map(HttpMethod::name)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static boolean isOf(String[] pattern, String[] path) {
        return pattern.length == path.length
                && IntStream.range(0, path.length)
                        .allMatch(i -> pattern[i].startsWith(":") || pattern[i].equals(path[i]));
    }

    /** The request's id, from the caller's {@code X-Request-Id} where it is a sensible one. */
    static String requestId(RoutingContext context) {
        String id = context.get(REQUEST_ID);
        if (id == null) {
            id = requestId(context.request());
            context.put(REQUEST_ID, id);
        }
        return id;
    }

    private static String requestId(HttpServerRequest request) {
        String given = request.getHeader("X-Request-Id");
        return given != null && given.matches("[A-Za-z0-9._-]{1,64}")
                ? given
                : UUID.randomUUID().toString();
    }

    /** Answers a failed request; the route table's failure handler. Who has left is owed no answer, and is no fault. */
    static void handle(RoutingContext context) {
        if (context.failure() instanceof HttpClosedException) {
            return;
        }
        answer(context, toError(context.failure(), context.statusCode(), context));
    }

    /** Answers with an error, unless the answer has begun: then the stream is reset, the connection kept. */
    static void answer(RoutingContext context, ApiError error) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            var unused = response.reset();
            return;
        }
        if (error.status() == 503 || error.status() == 429) {
            response.putHeader(
                    HttpHeaders.RETRY_AFTER, String.valueOf(error.details().getValue(RETRY_AFTER, STANDARD_WAIT)));
        }
        context.put(REFUSAL, error);
        response.setStatusCode(error.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader("X-Request-Id", requestId(context));
        var unused = response.end(error.toJson(requestId(context)).toBuffer());
    }

    /** Answers a request that does not reach the routes. */
    static void refuse(HttpServerRequest request, Refusal refusal) {
        refuse(
                request,
                ApiError.of(refusal.status(), refusal.code(), refusal.message(), refusal.header()),
                refusal.closing());
    }

    /** Answers what is no request, and ends its connection: where the next one would begin is not known. */
    static void invalid(HttpServerRequest request) {
        RequestGuard.protect(request);
        Throwable cause = request.decoderResult().cause();
        LOG.debug("A request could not be read: {}", String.valueOf(cause));
        ApiError error = cause instanceof TooLongHttpLineException
                ? ApiError.of(414, "uri_too_long", "the request's address is too long")
                : cause instanceof TooLongHttpHeaderException
                        ? ApiError.of(431, "headers_too_large", "the request's headers are too large together")
                        : ApiError.of(400, "bad_request", "this is no HTTP request that can be read");
        refuse(request, error, true);
    }

    private static void refuse(HttpServerRequest request, ApiError error, boolean closing) {
        String id = requestId(request);
        HttpServerResponse response = request.response()
                .setStatusCode(error.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader("X-Request-Id", id);
        Buffer body = error.toJson(id).toBuffer();
        if (closing) {
            response.putHeader(HttpHeaders.CONNECTION, "close")
                    .putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(body.length()));
            // Not ended, so that what stands behind the request is not taken for the next one.
            response.write(body).onComplete(sent -> request.connection().close());
        } else {
            var unused = response.end(body);
        }
    }

    /** What to tell of a failure. */
    static ApiError toError(@Nullable Throwable failure, int status, RoutingContext context) {
        if (failure instanceof ApiException refused) {
            return refused.error();
        }
        ApiError unavailable = unavailable(failure);
        if (unavailable != null) {
            LOG.warn(
                    "{} {} answers {}: {}",
                    context.request().method(),
                    context.request().path(),
                    unavailable.code(),
                    failure == null ? "" : failure.getMessage());
            return unavailable;
        }
        if (failure instanceof JobGoneException) {
            return ApiError.of(404, "no_such_job", String.valueOf(failure.getMessage()), "id");
        }
        if (failure instanceof HttpException || failure == null) {
            int known = failure instanceof HttpException http ? http.getStatusCode() : status;
            return byStatus(known, context);
        }
        if (failure instanceof IllegalArgumentException) {
            return ApiError.of(400, "bad_request", "the request cannot be read: " + failure.getMessage());
        }
        LOG.error(
                "{} {} failed, request {}",
                context.request().method(),
                context.request().path(),
                requestId(context),
                failure);
        return ApiError.of(500, "internal", "the server met a fault of its own; its log has it under the request's id");
    }

    /** The error of a store or a disk that is not well and may be again, or null for another failure. */
    static @Nullable ApiError unavailable(@Nullable Throwable failure) {
        if (failure instanceof StoreUnavailableException store) {
            return ApiError.of(503, store.reason().code(), store.reason().sentence());
        }
        if (failure instanceof StorageException disk) {
            return ApiError.of(503, disk.reason().code(), disk.reason().sentence());
        }
        return null;
    }

    private static ApiError byStatus(int status, RoutingContext context) {
        return switch (status) {
            case 404 ->
                ApiError.of(
                        404,
                        "not_found",
                        "there is nothing at " + context.request().path());
            case 405 ->
                ApiError.of(
                        405,
                        "method_not_allowed",
                        context.request().method() + " is not what "
                                + context.request().path() + " takes");
            case 413 -> ApiError.of(413, "too_large", "the request is too large");
            case 406, 415 ->
                ApiError.of(status, "unsupported_media_type", "the request's content type is not one to take here");
            default ->
                ApiError.of(
                        status < 400 ? 500 : status, status < 500 ? "bad_request" : "internal", "the request failed");
        };
    }
}
