package dev.rowhound.http.request;

import dev.rowhound.app.Refusal;
import dev.rowhound.artifact.StorageException;
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
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Converts failures of requests into error responses, all in one JSON format. */
public final class Errors {
    private static final Logger LOG = LoggerFactory.getLogger(Errors.class);
    private static final String REQUEST_ID = "rowhound.request_id";

    /** {@code Retry-After} of a 429 or 503 whose refusal gives no time. */
    static final String DEFAULT_WAIT_SECONDS = "2";

    private static final String REFUSAL = "rowhound.refusal";

    private Errors() {}

    /** Registers error handlers for failed requests, unknown paths and unsupported methods. */
    public static void on(Router router) {
        router.route().failureHandler(Errors::handle);
        router.errorHandler(404, Errors::handle);
        router.errorHandler(405, context -> {
            context.response()
                    .putHeader(
                            HttpHeaders.ALLOW, methods(router, context.request().path()));
            handle(context);
        });
    }

    /** Returns the methods that the path supports, for {@code Allow} (RFC 9110, section 10.2.1). */
    private static String methods(Router router, String path) {
        String[] segments = path.split("/", -1);
        return router.getRoutes().stream()
                .filter(route -> route.getPath() != null
                        && matchesPattern(route.getPath().split("/", -1), segments))
                .flatMap(route -> route.methods().stream())
                .map(HttpMethod::name)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static boolean matchesPattern(String[] pattern, String[] path) {
        return pattern.length == path.length
                && IntStream.range(0, path.length)
                        .allMatch(i -> pattern[i].startsWith(":") || pattern[i].equals(path[i]));
    }

    /** Returns the request id: the caller's {@code X-Request-Id} if it is well-formed, else a random UUID. */
    static String requestId(RoutingContext context) {
        String id = context.get(REQUEST_ID);
        if (id == null) {
            id = requestId(context.request());
            context.put(REQUEST_ID, id);
        }
        return id;
    }

    private static String requestId(HttpServerRequest request) {
        String header = request.getHeader("X-Request-Id");
        return header != null && header.matches("[A-Za-z0-9._-]{1,64}")
                ? header
                : UUID.randomUUID().toString();
    }

    /**
     * Answers a failed request; the router's failure handler. A client that has disconnected gets no response and no
     * log entry.
     */
    static void handle(RoutingContext context) {
        if (context.failure() instanceof HttpClosedException) {
            return;
        }
        answer(context, refusal(context.failure(), context.statusCode(), context));
    }

    /** Returns the refusal that the request was answered with, or null. */
    static @Nullable Refusal refusalOf(RoutingContext context) {
        return context.get(REFUSAL);
    }

    /** Answers with a refusal. If the response has already begun, resets the stream instead. */
    public static void answer(RoutingContext context, Refusal refusal) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            var unused = response.reset();
            return;
        }
        int status = Statuses.of(refusal);
        if (status == 503 || status == 429) {
            Duration wait = refusal.retryAfter();
            response.putHeader(
                    HttpHeaders.RETRY_AFTER, wait == null ? DEFAULT_WAIT_SECONDS : String.valueOf(wait.toSeconds()));
        }
        context.put(REFUSAL, refusal);
        response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader("X-Request-Id", requestId(context));
        var unused = response.end(body(refusal, requestId(context)).toBuffer());
    }

    /**
     * Returns the body of an error response: {@code {"code","message","field","request_id"}}, {@code retry_after} in
     * seconds, and the details of the refusal.
     */
    public static JsonObject body(Refusal refusal, String requestId) {
        JsonObject json = new JsonObject().put("code", refusal.code()).put("message", refusal.message());
        if (refusal.field() != null) {
            json.put("field", refusal.field());
        }
        if (refusal.retryAfter() != null) {
            json.put("retry_after", refusal.retryAfter().toSeconds());
        }
        return json.put("request_id", requestId).mergeIn(refusal.details());
    }

    /** Answers a request that {@link RequestGuard} rejects. */
    public static void refuse(HttpServerRequest request, RequestFault fault) {
        refuse(request, HttpRefusal.of(fault.status(), fault.code(), fault.message(), fault.header()), fault.closing());
    }

    /** Answers a malformed request and closes the connection, because the start of the next request is unknown. */
    public static void invalid(HttpServerRequest request) {
        RequestGuard.protect(request);
        Throwable cause = request.decoderResult().cause();
        LOG.debug("A request could not be parsed: {}", String.valueOf(cause));
        Refusal error = cause instanceof TooLongHttpLineException
                ? Refusal.of("uri_too_long", "the request URL is too long")
                : cause instanceof TooLongHttpHeaderException
                        ? Refusal.of("headers_too_large", "the request headers are too large in total")
                        : Refusal.of("bad_request", "the request is not valid HTTP");
        refuse(request, error, true);
    }

    private static void refuse(HttpServerRequest request, Refusal error, boolean closing) {
        String id = requestId(request);
        HttpServerResponse response = request.response()
                .setStatusCode(Statuses.of(error))
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader("X-Request-Id", id);
        Buffer body = body(error, id).toBuffer();
        if (closing) {
            response.putHeader(HttpHeaders.CONNECTION, "close")
                    .putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(body.length()));
            // Not ended, so that the bytes after the request are not parsed as the next request.
            response.write(body).onComplete(sent -> request.connection().close());
        } else {
            var unused = response.end(body);
        }
    }

    /** Maps a failure to a refusal, and logs it if this node or its store is at fault. */
    public static Refusal refusal(@Nullable Throwable failure, int status, RoutingContext context) {
        if (failure instanceof Refusal refused) {
            return refused;
        }
        Refusal unavailable = unavailable(failure);
        if (unavailable != null) {
            LOG.warn(
                    "{} {} responds with {}: {}",
                    context.request().method(),
                    context.request().path(),
                    unavailable.code(),
                    failure == null ? "" : failure.getMessage());
            return unavailable;
        }
        if (failure instanceof JobGoneException) {
            return Refusal.of("no_such_job", String.valueOf(failure.getMessage()), "id");
        }
        if (failure instanceof HttpException || failure == null) {
            int code = failure instanceof HttpException http ? http.getStatusCode() : status;
            return byStatus(code, context);
        }
        if (failure instanceof IllegalArgumentException) {
            return Refusal.of("bad_request", "the request is invalid: " + failure.getMessage());
        }
        LOG.error(
                "{} {} failed, request {}",
                context.request().method(),
                context.request().path(),
                requestId(context),
                failure);
        return Refusal.of("internal", "internal error; the server log has details under the request id");
    }

    /** Returns the refusal for a temporary failure of the store or disk, or null for other failures. */
    private static @Nullable Refusal unavailable(@Nullable Throwable failure) {
        if (failure instanceof StoreUnavailableException store) {
            return HttpRefusal.of(503, store.reason().code(), store.reason().sentence(), null);
        }
        if (failure instanceof StorageException disk) {
            return HttpRefusal.of(503, disk.reason().code(), disk.reason().sentence(), null);
        }
        return null;
    }

    private static Refusal byStatus(int status, RoutingContext context) {
        return switch (status) {
            case 404 ->
                Refusal.of(
                        "not_found",
                        "there is no resource at " + context.request().path());
            case 405 ->
                Refusal.of(
                        "method_not_allowed",
                        context.request().path() + " does not support "
                                + context.request().method());
            case 413 -> Refusal.of("too_large", "the request is too large");
            case 406, 415 ->
                HttpRefusal.of(
                        status,
                        "unsupported_media_type",
                        "the content type of the request is not supported here",
                        null);
            default ->
                HttpRefusal.of(
                        status < 400 ? 500 : status,
                        status < 500 ? "bad_request" : "internal",
                        "the request failed",
                        null);
        };
    }
}
