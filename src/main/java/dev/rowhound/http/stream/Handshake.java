package dev.rowhound.http.stream;

import dev.rowhound.app.Refusal;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.ServerWebSocket;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The opening handshake of a WebSocket (RFC 6455, section 4.2), with errors in the format of the API. */
public final class Handshake {
    private static final String VERSION = "Sec-WebSocket-Version";
    private static final String KEY = "Sec-WebSocket-Key";
    private static final String SUPPORTED_VERSION = "13";

    /** Sixteen bytes in Base64. */
    private static final Pattern KEY_FORM = Pattern.compile("[A-Za-z0-9+/]{22}==");

    private static final Pattern COMMA = Pattern.compile(",");

    private Handshake() {}

    /** Upgrades a request to a WebSocket; fails with 426, or with 400 for an invalid handshake. */
    public static Future<ServerWebSocket> accept(HttpServerRequest request) {
        Refusal refusal = refusal(request);
        if (refusal == null && request.response().closed()) {
            // The client disconnected while its job was looked up. Vert.x would answer nevertheless and log the
            // failure.
            refusal = Refusal.of("bad_request", "the client has disconnected");
        }
        return refusal == null ? request.toWebSocket() : Future.failedFuture(refusal);
    }

    /** Returns why a request cannot become a WebSocket; null if it can. */
    public static @Nullable Refusal refusal(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_1_1
                || !"websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))
                || !asksForUpgrade(request)) {
            request.response().putHeader(HttpHeaders.UPGRADE, "websocket");
            return Refusal.of(
                    "upgrade_required",
                    "this URL requires a WebSocket; proxies in between must forward the headers Upgrade and Connection");
        }
        if (!SUPPORTED_VERSION.equals(request.getHeader(VERSION))) {
            request.response().putHeader(HttpHeaders.UPGRADE, "websocket").putHeader(VERSION, SUPPORTED_VERSION);
            return Refusal.of(
                    "upgrade_required",
                    VERSION + " is \"" + request.getHeader(VERSION) + "\"; this server supports version "
                            + SUPPORTED_VERSION + " only",
                    VERSION);
        }
        String key = request.getHeader(KEY);
        return key != null && KEY_FORM.matcher(key).matches()
                ? null
                : Refusal.of("invalid_field", KEY + " must be 16 bytes in Base64, random for each socket", KEY);
    }

    private static boolean asksForUpgrade(HttpServerRequest request) {
        return request.headers().getAll(HttpHeaders.CONNECTION).stream()
                .flatMap(COMMA::splitAsStream)
                .anyMatch(option -> option.strip().equalsIgnoreCase("upgrade"));
    }
}
