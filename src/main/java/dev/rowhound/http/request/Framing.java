package dev.rowhound.http.request;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Checks how a request delimits its body (RFC 9112, section 6). A proxy and this server that disagree on the length see
 * different requests (request smuggling), so an ambiguous request closes its connection.
 */
final class Framing {
    private Framing() {}

    /**
     * Returns why the body's length is ambiguous, or null. HTTP/2 delimits bodies by its frames and has no transfer
     * codings.
     */
    static @Nullable RequestFault fault(HttpServerRequest request) {
        List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        if (codings.isEmpty()) {
            return null;
        }
        String all = String.join(", ", codings).strip().toLowerCase(Locale.ROOT);
        if (!all.equals("chunked")) {
            return refusal("Transfer-Encoding is \"" + all + "\"; only chunked is supported");
        }
        return request.headers().contains(HttpHeaders.CONTENT_LENGTH)
                ? refusal("Transfer-Encoding and Content-Length are both present; send one of them")
                : null;
    }

    private static RequestFault refusal(String message) {
        return new RequestFault(400, "bad_framing", message, "Transfer-Encoding", true);
    }
}
