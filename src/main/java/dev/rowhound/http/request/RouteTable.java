package dev.rowhound.http.request;

import dev.rowhound.app.Refusal;
import dev.rowhound.http.stream.OpenStreams;
import dev.rowhound.job.Caller;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.PlatformHandler;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers routes with a common pipeline in front of each handler. Each route declares its requirements. A request
 * passes these stages in order: request id and client address; authorization; the limit of open streams; the body; the
 * handler. Caller and idempotency key are parsed on access ({@link RequestScope}), so that an invalid one is refused
 * only where it is used. A {@link Refusal} at any stage becomes the response ({@link Errors}).
 */
public final class RouteTable {
    private static final Logger LOG = LoggerFactory.getLogger(RouteTable.class);

    /** Body limit of writing routes that declare no other limit. */
    private static final int DEFAULT_BODY_BYTES = 256 * 1024;

    private final Router router;
    private final Callers callers;
    private final OpenStreams streams;
    private final IdempotencyFilter idempotency;

    /** Adds routes to the router and registers its error handlers. */
    public RouteTable(Router router, Callers callers, OpenStreams streams, IdempotencyFilter idempotency) {
        this.router = router;
        this.callers = callers;
        this.streams = streams;
        this.idempotency = idempotency;
        Errors.on(router);
    }

    public Spec get(String path) {
        return new Spec(router.route(HttpMethod.GET, path));
    }

    public Spec post(String path) {
        return new Spec(router.route(HttpMethod.POST, path));
    }

    public Spec put(String path) {
        return new Spec(router.route(HttpMethod.PUT, path));
    }

    public Spec delete(String path) {
        return new Spec(router.route(HttpMethod.DELETE, path));
    }

    public IdempotencyFilter idempotency() {
        return idempotency;
    }

    /**
     * The requirements of one route; {@link #handler}, {@link #answer} or {@link #answerOnce} completes the
     * declaration.
     */
    public final class Spec {
        private final Route route;
        private boolean anonymous;
        private boolean named;
        private int maxBodyBytes;
        private @Nullable BodyLimit uploadLimit;
        private @Nullable Consumer<Caller> right;
        private Predicate<HttpServerRequest> streaming = request -> false;
        private boolean logged;

        private Spec(Route route) {
            this.route = route;
        }

        /** Serves every caller the same response without reading who the caller is, such as a page or health. */
        public Spec anonymous() {
            anonymous = true;
            return this;
        }

        /**
         * Requires authorization.
         *
         * @param check throws a {@link Refusal} if the caller is not authorized
         */
        public Spec right(Consumer<Caller> check) {
            right = check;
            return this;
        }

        /**
         * Declares that each request becomes a stream; it is refused while the node has its maximum of open streams.
         */
        public Spec streaming() {
            return streaming(request -> true);
        }

        /** Declares which requests become streams. */
        public Spec streaming(Predicate<HttpServerRequest> becomesStream) {
            streaming = becomesStream;
            return this;
        }

        /** Reads the body before the handler runs; refuses a larger one with 413. */
        public Spec body(int maxBytes) {
            maxBodyBytes = maxBytes;
            return this;
        }

        /** Leaves reading the body to the handler; refuses a larger one with 413. */
        public Spec upload(long maxBytes) {
            uploadLimit = new BodyLimit(maxBytes);
            return this;
        }

        /** Accepts an {@code Idempotency-Key}, which the handler must apply itself. */
        public Spec named() {
            named = true;
            return this;
        }

        /** Logs refusals. */
        public Spec logged() {
            logged = true;
            return this;
        }

        /** Registers the handler and completes the declaration. */
        public void handler(Handler<RoutingContext> handler) {
            // Only a platform handler may precede the body handler.
            PlatformHandler pipeline = this::enter;
            route.handler(pipeline);
            if (maxBodyBytes > 0) {
                route.handler(BodyHandler.create(false).setBodyLimit(maxBodyBytes));
            }
            route.handler(handler);
        }

        /** Answers with the result of the operation. */
        public void answer(IdempotencyFilter.Operation operation) {
            handler(context -> IdempotencyFilter.answer(context, operation));
        }

        /** Answers with the result of the operation; a repeat with the same idempotency key gets the first response. */
        public void answerOnce(IdempotencyFilter.Operation operation) {
            named = true;
            if (maxBodyBytes == 0) {
                maxBodyBytes = DEFAULT_BODY_BYTES;
            }
            handler(context -> idempotency.handle(context, operation));
        }

        private void enter(RoutingContext context) {
            HttpServerRequest request = context.request();
            String client = callers.clients().of(request);
            if (logged) {
                logRefusal(context, client);
            }
            RequestScope scope = new RequestScope(
                    Errors.requestId(context),
                    client,
                    () -> anonymous ? Caller.ANONYMOUS : callers.of(request),
                    () -> named ? IdempotencyKey.of(request) : null,
                    uploadLimit);
            if (right != null) {
                right.accept(scope.caller());
            }
            if (streaming.test(request)) {
                streams.requireRoom();
            }
            if (uploadLimit != null) {
                uploadLimit.check(context);
            }
            scope.put(context);
            if (maxBodyBytes > 0) {
                JsonBody.declare(request);
            }
            context.next();
        }
    }

    private static void logRefusal(RoutingContext context, String client) {
        context.addEndHandler(ended -> {
            Refusal refusal = Errors.refusalOf(context);
            if (refusal != null) {
                LOG.info(
                        "An upload to {} from {} was refused: {} {}, {}",
                        context.request().path(),
                        client,
                        Statuses.of(refusal),
                        refusal.code(),
                        refusal.message());
            }
        });
    }
}
