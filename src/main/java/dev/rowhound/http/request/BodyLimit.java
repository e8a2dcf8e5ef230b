package dev.rowhound.http.request;

import dev.rowhound.app.Refusal;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;

/**
 * How large a body may be that its handler reads as it arrives. A request that declares more is refused before its
 * handler runs; one that does not declare its length is for the handler to refuse.
 */
public record BodyLimit(long maxBytes) {
    /** How long a client that still sends has to read its refusal. */
    private static final long LINGER_MILLIS = 1000;

    /** Refuses a request that declares a larger body, for which nobody waits. */
    void check(RoutingContext context) {
        if (declaredLength(context.request()) > maxBytes) {
            hangUp(context);
            throw tooLarge();
        }
    }

    /** How long the request says that its body is, or -1 where it does not say. */
    private static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length != null && length.matches("\\d{1,18}") ? Long.parseLong(length) : -1;
    }

    /** The body is larger than allowed. */
    public Refusal tooLarge() {
        return Refusal.of("too_large", "the upload is larger than " + maxBytes + " bytes; split the file", "file");
    }

    /**
     * Lets the answer be the connection's last, for what the client still sends is not wanted. The connection stays
     * open a moment longer: closed at once, with unread bytes, it would be reset and the answer lost (RFC 9112, 9.6).
     */
    public static void hangUp(RoutingContext context) {
        if (context.request().version() == HttpVersion.HTTP_2) {
            return;
        }
        context.response().putHeader(HttpHeaders.CONNECTION, "close");
        context.addEndHandler(answered -> context.vertx()
                .setTimer(LINGER_MILLIS, id -> context.request().connection().close()));
    }
}
