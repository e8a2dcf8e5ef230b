package dev.rowhound.egress;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.net.Authority;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One request in plain HTTP and its answer, handed on piece by piece at the pace of the slower side. Requests that
 * carry no body and met a connection that the server had just given up are sent once more.
 */
final class PlainExchange {
    /** What belongs to one connection and goes no further. */
    private static final CharSequence[] OF_ONE_HOP = {
        HttpHeaders.CONNECTION,
        HttpHeaders.createOptimized("proxy-connection"),
        HttpHeaders.createOptimized("proxy-authorization"),
        HttpHeaders.createOptimized("proxy-authenticate"),
        HttpHeaders.createOptimized("keep-alive"),
        HttpHeaders.TRANSFER_ENCODING,
        HttpHeaders.createOptimized("te"),
        HttpHeaders.createOptimized("trailer"),
        HttpHeaders.UPGRADE,
        // Only this proxy says it.
        ProxyResponses.REFUSED
    };

    private static final CharSequence PROXY_AUTHORIZATION = HttpHeaders.createOptimized("Proxy-Authorization");

    private final BrowserProxy browserProxy;
    private final HttpClient client;
    private final Routes routes;
    private final HttpServerRequest in;
    private final HttpServerResponse back;
    private final Authority target;
    private final String path;
    private final EgressPolicy policy;
    private final @Nullable UpstreamProxy via;
    private final boolean hasBody;

    private @Nullable HttpClientRequest out;
    private long expected;
    private long brought;
    private boolean over;

    /**
     * For one request.
     *
     * @param path path and query of its address
     */
    PlainExchange(
            BrowserProxy browserProxy,
            HttpClient client,
            Routes routes,
            HttpServerRequest in,
            Authority target,
            String path) {
        this.browserProxy = browserProxy;
        this.client = client;
        this.routes = routes;
        this.in = in;
        this.back = in.response();
        this.target = target;
        this.path = path;
        this.policy = browserProxy.policy();
        this.via = policy.via();
        MultiMap headers = in.headers();
        String length = headers.get(HttpHeaders.CONTENT_LENGTH);
        this.hasBody = headers.contains(HttpHeaders.TRANSFER_ENCODING) || length != null && !length.equals("0");
    }

    /** Begins; the answer is given whenever it comes. */
    void begin() {
        if (hasBody) {
            in.pause();
        }
        back.closeHandler(v -> giveUp());
        back.exceptionHandler(e -> giveUp());
        Future<Route> route = routes.find(target.host(), target.port(), policy);
        UpstreamProxy proxy = via;
        if (proxy != null) {
            route = route.compose(checked -> routes.find(proxy));
        }
        route.onSuccess(found -> request(found, false)).onFailure(this::fail);
    }

    private void request(Route route, boolean again) {
        route.connect(this::open).onComplete(connected -> {
            if (over) {
                if (connected.succeeded()) {
                    connected.result().reset();
                }
            } else if (connected.succeeded()) {
                send(connected.result(), route, again);
            } else {
                fail(connected.cause());
            }
        });
    }

    private Future<HttpClientRequest> open(SocketAddress address) {
        if (over) {
            return Future.failedFuture("nobody waits for the answer");
        }
        return client.request(new RequestOptions()
                .setServer(address)
                .setHost(target.host().text())
                .setPort(target.port())
                .setMethod(in.method())
                .setURI(via == null ? path : "http://" + target.text() + path));
    }

    private void send(HttpClientRequest request, Route route, boolean again) {
        out = request;
        MultiMap headers = request.headers();
        headers.addAll(in.headers());
        dropOwn(headers, in.headers().get(HttpHeaders.CONNECTION));
        headers.set(HttpHeaders.HOST, target.text());
        String authorization = via == null ? null : via.authorization();
        if (authorization != null) {
            headers.set(PROXY_AUTHORIZATION, authorization);
        }
        request.response().onComplete(answered -> {
            if (over) {
                return;
            }
            if (answered.succeeded()) {
                try {
                    answer(answered.result());
                } catch (IllegalArgumentException e) {
                    // A header that no server may send.
                    fail(e);
                }
            } else if (!again && !hasBody && answered.cause() instanceof HttpClosedException) {
                request(route, true);
            } else {
                fail(answered.cause());
            }
        });
        if (!hasBody) {
            request.end();
            return;
        }
        if (!headers.contains(HttpHeaders.CONTENT_LENGTH)) {
            request.setChunked(true);
        }
        in.pipeTo(request).onFailure(e -> fail(e));
    }

    private void answer(HttpClientResponse response) {
        response.exceptionHandler(e -> cut());
        int status = response.statusCode();
        if (via != null && status == 407) {
            fail(new EgressException(ErrorCode.PROXY, "The " + via + " refuses with status 407"));
            return;
        }
        browserProxy.worked(via);
        String length = response.getHeader(HttpHeaders.CONTENT_LENGTH);
        expected = length == null ? -1 : length(length);
        boolean bodiless = in.method() == HttpMethod.HEAD || status == 204 || status == 304;
        if (!bodiless && expected > browserProxy.maxBytes()) {
            browserProxy.tooLarge(target);
            refuse(502, ErrorCode.TOO_LARGE);
            return;
        }
        back.setStatusCode(status);
        back.setStatusMessage(response.statusMessage());
        MultiMap headers = back.headers();
        headers.addAll(response.headers());
        dropOwn(headers, response.getHeader(HttpHeaders.CONNECTION));
        if (!bodiless && length == null) {
            if (in.version() == HttpVersion.HTTP_1_1) {
                back.setChunked(true);
            } else {
                // An older client knows the end by the connection's.
                headers.set(HttpHeaders.CONNECTION, "close");
            }
        }
        response.handler(buffer -> bring(response, buffer));
        response.endHandler(v -> finish());
    }

    private void bring(HttpClientResponse response, Buffer buffer) {
        if (over) {
            return;
        }
        brought += buffer.length();
        browserProxy.brought(buffer.length());
        if (brought > browserProxy.maxBytes()) {
            browserProxy.tooLarge(target);
            cut();
        } else if (brought == expected) {
            // Head and body of a small answer leave in one piece.
            over = true;
            back.end(buffer);
        } else {
            back.write(buffer);
            if (back.writeQueueFull()) {
                response.pause();
                back.drainHandler(v -> response.resume());
            }
        }
    }

    private void finish() {
        if (!over) {
            over = true;
            back.end();
        }
    }

    private void fail(Throwable e) {
        if (over) {
            return;
        }
        EgressException fault = fault(e);
        browserProxy.note(fault, target, via);
        if (back.headWritten()) {
            cut();
        } else {
            refuse(ProxyResponses.status(fault.code()), fault.code());
        }
    }

    /** What goes wrong on the way to a proxy is the proxy's fault. */
    private EgressException fault(Throwable e) {
        if (via == null || e instanceof EgressException) {
            return EgressException.of(e, target.toString());
        }
        EgressException fault = EgressException.of(e, "The " + via);
        return new EgressException(ErrorCode.PROXY, String.valueOf(fault.getMessage()), e);
    }

    private void refuse(int status, ErrorCode code) {
        over = true;
        if (out != null) {
            out.reset();
        }
        ProxyResponses.refuse(in, status, code);
    }

    /** The browser sees an answer that breaks off. */
    private void cut() {
        if (!over) {
            over = true;
            if (out != null) {
                out.reset();
            }
            in.connection().close();
        }
    }

    private void giveUp() {
        if (!over) {
            over = true;
            if (out != null) {
                out.reset();
            }
        }
    }

    private static void dropOwn(MultiMap headers, @Nullable String connection) {
        for (CharSequence name : OF_ONE_HOP) {
            headers.remove(name);
        }
        if (connection != null && !connection.equalsIgnoreCase("keep-alive") && !connection.equalsIgnoreCase("close")) {
            for (String name : connection.split(",")) {
                if (!name.isBlank()) {
                    headers.remove(name.strip());
                }
            }
        }
    }

    private static long length(String header) {
        try {
            return Long.parseLong(header.strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
