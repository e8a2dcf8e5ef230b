package dev.rowhound.egress;

import dev.rowhound.job.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Opens a tunnel through an upstream proxy with {@code CONNECT}. */
final class UpstreamHandshake {
    private static final int MAX_HEAD_BYTES = 16 << 10;
    private static final long RESPONSE_TIMEOUT_SECONDS = 20;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})(?: [^\\r\\n]*)?\\r?\\n(?s:.*)");

    private final NetSocket socket;
    private final UpstreamProxy proxy;
    private final Promise<NetSocket> opened = Promise.promise();
    private Buffer head = Buffer.buffer();

    private UpstreamHandshake(NetSocket socket, UpstreamProxy proxy) {
        this.socket = socket;
        this.proxy = proxy;
    }

    /**
     * Returns the socket, paused, once the tunnel is open. Fails with {@code PROXY} if the proxy refuses or does not
     * respond, and with {@code NAVIGATION} if it cannot reach the address.
     */
    static Future<NetSocket> open(NetSocket socket, UpstreamProxy proxy, SocketAddress to) {
        return new UpstreamHandshake(socket, proxy).open(to);
    }

    private Future<NetSocket> open(SocketAddress to) {
        String host = to.hostAddress();
        String authority = (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + to.port();
        String authorization = proxy.authorization();
        socket.handler(this::read);
        socket.closeHandler(v -> opened.tryFail(refusal(ErrorCode.PROXY, "closed the connection")));
        socket.exceptionHandler(e -> opened.tryFail(refusal(ErrorCode.PROXY, "aborted the connection")));
        socket.resume();
        socket.write("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n"
                + (authorization == null ? "" : "Proxy-Authorization: " + authorization + "\r\n") + "\r\n");
        return opened.future()
                .timeout(RESPONSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .recover(e -> {
                    socket.close();
                    return Future.failedFuture(
                            e instanceof EgressException ? e : refusal(ErrorCode.PROXY, "did not respond in time"));
                });
    }

    private void read(Buffer more) {
        head.appendBuffer(more);
        String text = head.toString(StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            if (head.length() > MAX_HEAD_BYTES) {
                opened.tryFail(refusal(ErrorCode.PROXY, "does not respond like a proxy"));
            }
            return;
        }
        Matcher status = STATUS.matcher(text);
        int code = status.matches() ? Integer.parseInt(status.group(1)) : 0;
        if (code / 100 != 2) {
            opened.tryFail(
                    code == 502 || code == 503 || code == 504
                            ? refusal(ErrorCode.NAVIGATION, "could not reach the target (status " + code + ")")
                            : refusal(ErrorCode.PROXY, "refuses with status " + code));
            return;
        }
        if (head.length() > end + 4) {
            // The server speaks first. No web server does, and nobody reads from the tunnel yet.
            opened.tryFail(refusal(ErrorCode.PROXY, "sent data after its response"));
            return;
        }
        socket.pause();
        socket.handler(null);
        socket.closeHandler(null);
        socket.exceptionHandler(null);
        head = Buffer.buffer(0);
        opened.tryComplete(socket);
    }

    private EgressException refusal(ErrorCode code, String what) {
        return new EgressException(code, "The " + proxy + " " + what);
    }
}
