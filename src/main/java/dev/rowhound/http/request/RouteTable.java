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
 * The pipeline in front of every route of a server. A route declares what it needs where it is mounted, and each request
 * passes, in this order: request id, client address; the caller's right, where the route asks for one; room for one more
 * stream; body; handler. Caller and idempotency key are read when they are asked for ({@link RequestScope}), so that a
 * bad one is refused only where it matters. A {@link Refusal} at any point becomes the answer ({@link Errors}).
 */
public final class RouteTable {
    private static final Logger LOG = LoggerFactory.getLogger(RouteTable.class);

    /** How large the body of a call may be whose route gives no other limit. */
    private static final int DEFAULT_BODY_BYTES = 256 * 1024;

    private final Router router;
    private final Callers callers;
    private final OpenStreams streams;
    private final IdempotencyFilter idempotency;

    /** The routes of that router, whose failures are answered as {@link Errors} does. */
    public RouteTable(Router router, Callers callers, OpenStreams streams, IdempotencyFilter idempotency) {
        this.router = router;
        this.callers = callers;
        this.streams = streams;
        this.idempotency = idempotency;
        Errors.on(router);
    }

    /** A route that reads. */
    public Spec get(String path) {
        return new Spec(router.route(HttpMethod.GET, path));
    }

    /** A route that changes something. */
    public Spec post(String path) {
        return new Spec(router.route(HttpMethod.POST, path));
    }

    /** A route that stores something under the path. */
    public Spec put(String path) {
        return new Spec(router.route(HttpMethod.PUT, path));
    }

    /** A route that deletes. */
    public Spec delete(String path) {
        return new Spec(router.route(HttpMethod.DELETE, path));
    }

    /** Makes calls that are named by their callers safe to send again. */
    public IdempotencyFilter idempotency() {
        return idempotency;
    }

    /** What one route needs; {@link #handler} or {@link #answer} ends the declaration. */
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

        /** The same answer for everybody, such as a page or health: nobody is asked who they are. */
        public Spec anonymous() {
            anonymous = true;
            return this;
        }

        /**
         * Callers who may do this.
         *
         * @param check throws a {@link Refusal} for one who may not
         */
        public Spec right(Consumer<Caller> check) {
            right = check;
            return this;
        }

        /** Each request becomes a stream, and is refused while the node has as many as it may. */
        public Spec streaming() {
            return streaming(request -> true);
        }

        /** The same for requests that become streams. */
        public Spec streaming(Predicate<HttpServerRequest> becomesStream) {
            streaming = becomesStream;
            return this;
        }

        /** The body is read before the handler runs, up to that size; a larger one is refused with 413. */
        public Spec body(int maxBytes) {
            maxBodyBytes = maxBytes;
            return this;
        }

        /** The handler reads the body as it arrives, up to that size; a larger one is refused with 413. */
        public Spec upload(long maxBytes) {
            uploadLimit = new BodyLimit(maxBytes);
            return this;
        }

        /** The call may have a name ({@code Idempotency-Key}); what is made of it is the handler's affair. */
        public Spec named() {
            named = true;
            return this;
        }

        /** Refusals are logged. */
        public Spec logged() {
            logged = true;
            return this;
        }

        /** Serves the route. */
        public void handler(Handler<RoutingContext> handler) {
            // Handlers of the platform may stand before that of the body.
            PlatformHandler front = this::enter;
            route.handler(front);
            if (maxBodyBytes > 0) {
                route.handler(BodyHandler.create(false).setBodyLimit(maxBodyBytes));
            }
            route.handler(handler);
        }

        /** Serves the route with what an operation comes to. */
        public void answer(IdempotencyFilter.Operation operation) {
            handler(context -> IdempotencyFilter.answer(context, operation));
        }

        /** The same for a call that may be sent again under its key: repeats get the first answer. */
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
