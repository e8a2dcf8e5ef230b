package dev.rowhound.http.request;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a request's body ends (RFC 9112, section 6). Two programs that read that differently see different requests, so
 * a request that leaves it open ends its connection.
 */
final class Framing {
    private Framing() {}

    /** Why the request's length is in doubt, or null. HTTP/2 has frames of its own and knows no transfer codings. */
    static @Nullable RequestFault fault(HttpServerRequest request) {
        List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        if (codings.isEmpty()) {
            return null;
        }
        String all = String.join(", ", codings).strip().toLowerCase(Locale.ROOT);
        if (!all.equals("chunked")) {
            return refusal("Transfer-Encoding is \"" + all + "\"; the only coding here is chunked");
        }
        return request.headers().contains(HttpHeaders.CONTENT_LENGTH)
                ? refusal("Transfer-Encoding and Content-Length are both there; send one of them")
                : null;
    }

    private static RequestFault refusal(String message) {
        return new RequestFault(400, "bad_framing", message, "Transfer-Encoding", true);
    }
}
