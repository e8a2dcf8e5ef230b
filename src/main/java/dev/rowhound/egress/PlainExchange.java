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
 * Forwards one plain HTTP request and its response, chunk by chunk with backpressure. A request without a body is
 * retried once if the server has just closed the pooled connection.
 */
final class PlainExchange {
    /** Hop-by-hop headers, which are not forwarded. */
    private static final CharSequence[] HOP_BY_HOP = {
        HttpHeaders.CONNECTION,
        HttpHeaders.createOptimized("proxy-connection"),
        HttpHeaders.createOptimized("proxy-authorization"),
        HttpHeaders.createOptimized("proxy-authenticate"),
        HttpHeaders.createOptimized("keep-alive"),
        HttpHeaders.TRANSFER_ENCODING,
        HttpHeaders.createOptimized("te"),
        HttpHeaders.createOptimized("trailer"),
        HttpHeaders.UPGRADE,
        // Only this proxy may set it.
        ProxyResponses.REFUSED
    };

    private static final CharSequence PROXY_AUTHORIZATION = HttpHeaders.createOptimized("Proxy-Authorization");

    private final BrowserProxy browserProxy;
    private final HttpClient client;
    private final Routes routes;
    private final HttpServerRequest in;
    private final HttpServerResponse clientResponse;
    private final Authority target;
    private final String path;
    private final EgressPolicy policy;
    private final @Nullable UpstreamProxy via;
    private final boolean hasBody;

    private @Nullable HttpClientRequest upstreamRequest;
    private long expectedBytes;
    private long receivedBytes;
    private boolean done;

    /** @param path path and query of the request's URL */
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
        this.clientResponse = in.response();
        this.target = target;
        this.path = path;
        this.policy = browserProxy.policy();
        this.via = policy.via();
        MultiMap headers = in.headers();
        String length = headers.get(HttpHeaders.CONTENT_LENGTH);
        this.hasBody = headers.contains(HttpHeaders.TRANSFER_ENCODING) || length != null && !length.equals("0");
    }

    /** Starts forwarding; the response is sent when it arrives. */
    void begin() {
        if (hasBody) {
            in.pause();
        }
        clientResponse.closeHandler(v -> abort());
        clientResponse.exceptionHandler(e -> abort());
        Future<Route> route = routes.find(target.host(), target.port(), policy);
        UpstreamProxy proxy = via;
        if (proxy != null) {
            route = route.compose(checked -> routes.find(proxy));
        }
        route.onSuccess(found -> request(found, false)).onFailure(this::fail);
    }

    private void request(Route route, boolean again) {
        route.connect(this::open).onComplete(connected -> {
            if (done) {
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
        if (done) {
            return Future.failedFuture("the request was aborted");
        }
        return client.request(new RequestOptions()
                .setServer(address)
                .setHost(target.host().text())
                .setPort(target.port())
                .setMethod(in.method())
                .setURI(via == null ? path : "http://" + target.text() + path));
    }

    private void send(HttpClientRequest request, Route route, boolean again) {
        upstreamRequest = request;
        MultiMap headers = request.headers();
        headers.addAll(in.headers());
        dropHopByHop(headers, in.headers().get(HttpHeaders.CONNECTION));
        headers.set(HttpHeaders.HOST, target.text());
        String authorization = via == null ? null : via.authorization();
        if (authorization != null) {
            headers.set(PROXY_AUTHORIZATION, authorization);
        }
        request.response().onComplete(answered -> {
            if (done) {
                return;
            }
            if (answered.succeeded()) {
                try {
                    forward(answered.result());
                } catch (IllegalArgumentException e) {
                    // The response has an invalid header.
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

    private void forward(HttpClientResponse response) {
        response.exceptionHandler(e -> cutOff());
        int status = response.statusCode();
        if (via != null && status == 407) {
            fail(new EgressException(ErrorCode.PROXY, "The " + via + " refuses with status 407"));
            return;
        }
        browserProxy.succeeded(via);
        String length = response.getHeader(HttpHeaders.CONTENT_LENGTH);
        expectedBytes = length == null ? -1 : length(length);
        boolean bodiless = in.method() == HttpMethod.HEAD || status == 204 || status == 304;
        if (!bodiless && expectedBytes > browserProxy.maxBytes()) {
            browserProxy.tooLarge(target);
            refuse(502, ErrorCode.TOO_LARGE);
            return;
        }
        clientResponse.setStatusCode(status);
        clientResponse.setStatusMessage(response.statusMessage());
        MultiMap headers = clientResponse.headers();
        headers.addAll(response.headers());
        dropHopByHop(headers, response.getHeader(HttpHeaders.CONNECTION));
        if (!bodiless && length == null) {
            if (in.version() == HttpVersion.HTTP_1_1) {
                clientResponse.setChunked(true);
            } else {
                // An HTTP/1.0 client detects the end of the response by the closed connection.
                headers.set(HttpHeaders.CONNECTION, "close");
            }
        }
        response.handler(buffer -> forward(response, buffer));
        response.endHandler(v -> finish());
    }

    private void forward(HttpClientResponse response, Buffer buffer) {
        if (done) {
            return;
        }
        receivedBytes += buffer.length();
        browserProxy.countBytes(buffer.length());
        if (receivedBytes > browserProxy.maxBytes()) {
            browserProxy.tooLarge(target);
            cutOff();
        } else if (receivedBytes == expectedBytes) {
            // Sends headers and body of a small response in one packet.
            done = true;
            clientResponse.end(buffer);
        } else {
            clientResponse.write(buffer);
            if (clientResponse.writeQueueFull()) {
                response.pause();
                clientResponse.drainHandler(v -> response.resume());
            }
        }
    }

    private void finish() {
        if (!done) {
            done = true;
            clientResponse.end();
        }
    }

    private void fail(Throwable e) {
        if (done) {
            return;
        }
        EgressException fault = fault(e);
        browserProxy.note(fault, target, via);
        if (clientResponse.headWritten()) {
            cutOff();
        } else {
            refuse(ProxyResponses.status(fault.code()), fault.code());
        }
    }

    /** Attributes any error on the way to an upstream proxy to that proxy. */
    private EgressException fault(Throwable e) {
        if (via == null || e instanceof EgressException) {
            return EgressException.of(e, target.toString());
        }
        EgressException fault = EgressException.of(e, "The " + via);
        return new EgressException(ErrorCode.PROXY, String.valueOf(fault.getMessage()), e);
    }

    private void refuse(int status, ErrorCode code) {
        done = true;
        if (upstreamRequest != null) {
            upstreamRequest.reset();
        }
        ProxyResponses.refuse(in, status, code);
    }

    /** Closes the connection, so that the browser sees a truncated response. */
    private void cutOff() {
        if (!done) {
            done = true;
            if (upstreamRequest != null) {
                upstreamRequest.reset();
            }
            in.connection().close();
        }
    }

    private void abort() {
        if (!done) {
            done = true;
            if (upstreamRequest != null) {
                upstreamRequest.reset();
            }
        }
    }

    private static void dropHopByHop(MultiMap headers, @Nullable String connection) {
        for (CharSequence name : HOP_BY_HOP) {
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
