package dev.rowhound.http.request;

import dev.rowhound.app.Refusal;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;

/**
 * Maximum size of a body that its handler reads as it arrives. A request that declares a larger body is refused before
 * its handler runs. The handler itself must refuse a body without a declared length that grows too large.
 */
public record BodyLimit(long maxBytes) {
    /** Time that a client that is still sending has to read the response. */
    private static final long LINGER_MILLIS = 1000;

    /** Refuses a request that declares a larger body, without waiting for the body. */
    void check(RoutingContext context) {
        if (declaredLength(context.request()) > maxBytes) {
            closeAfterResponse(context);
            throw tooLarge();
        }
    }

    /** Returns the declared length, or -1 if the request declares none. */
    private static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length != null && length.matches("\\d{1,18}") ? Long.parseLong(length) : -1;
    }

    public Refusal tooLarge() {
        return Refusal.of("too_large", "the upload is larger than " + maxBytes + " bytes; split the file", "file");
    }

    /**
     * Closes the connection after the response, because the rest of the request is not read. It closes after a delay:
     * closing a socket with unread bytes resets it, and the client would lose the response (RFC 9112, 9.6). Does
     * nothing on HTTP/2.
     */
    public static void closeAfterResponse(RoutingContext context) {
        if (context.request().version() == HttpVersion.HTTP_2) {
            return;
        }
        context.response().putHeader(HttpHeaders.CONNECTION, "close");
        context.addEndHandler(ended -> context.vertx()
                .setTimer(LINGER_MILLIS, id -> context.request().connection().close()));
    }
}
