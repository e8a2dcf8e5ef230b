package dev.rowhound.crawl.outbound;

import dev.rowhound.job.ErrorCode;
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
        Answers.REFUSED
    };

    private static final CharSequence PROXY_AUTHORIZATION = HttpHeaders.createOptimized("Proxy-Authorization");

    private final GateState gate;
    private final HttpClient client;
    private final Routes routes;
    private final HttpServerRequest in;
    private final HttpServerResponse back;
    private final Target target;
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
    PlainExchange(GateState gate, HttpClient client, Routes routes, HttpServerRequest in, Target target, String path) {
        this.gate = gate;
        this.client = client;
        this.routes = routes;
        this.in = in;
        this.back = in.response();
        this.target = target;
        this.path = path;
        this.policy = gate.policy();
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
        route.onComplete(found -> {
            if (found.succeeded()) {
                request(found.result(), 0, false);
            } else {
                fail(found.cause());
            }
        });
    }

    private void request(Route route, int tried, boolean again) {
        SocketAddress address = route.atTry(tried);
        RequestOptions options = new RequestOptions()
                .setServer(address)
                .setHost(target.host().text())
                .setPort(target.port())
                .setMethod(in.method())
                .setURI(via == null ? path : "http://" + target.authority() + path);
        client.request(options).onComplete(connected -> {
            if (over) {
                if (connected.succeeded()) {
                    connected.result().reset();
                }
            } else if (connected.succeeded()) {
                route.answered(address);
                send(connected.result(), route, tried, again);
            } else if (tried + 1 < route.size()) {
                request(route, tried + 1, again);
            } else {
                fail(connected.cause());
            }
        });
    }

    private void send(HttpClientRequest request, Route route, int tried, boolean again) {
        out = request;
        MultiMap headers = request.headers();
        headers.addAll(in.headers());
        dropOwn(headers, in.headers().get(HttpHeaders.CONNECTION));
        headers.set(HttpHeaders.HOST, target.authority());
        String authorization = via == null ? null : UpstreamHandshake.authorization(via);
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
                request(route, tried, true);
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
            fail(new OutboundException(ErrorCode.PROXY, "The " + via + " refuses with status 407"));
            return;
        }
        gate.worked(via);
        String length = response.getHeader(HttpHeaders.CONTENT_LENGTH);
        expected = length == null ? -1 : length(length);
        boolean bodiless = in.method() == HttpMethod.HEAD || status == 204 || status == 304;
        if (!bodiless && expected > gate.mostBytes()) {
            gate.tooLarge(target);
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
        gate.bytes.add(buffer.length());
        if (brought > gate.mostBytes()) {
            gate.tooLarge(target);
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
        OutboundException fault = fault(e);
        gate.note(fault, target, via);
        if (back.headWritten()) {
            cut();
        } else {
            refuse(Answers.status(fault.code()), fault.code());
        }
    }

    /** What goes wrong on the way to a proxy is the proxy's fault. */
    private OutboundException fault(Throwable e) {
        if (via == null || e instanceof OutboundException) {
            return Faults.of(e, target.toString());
        }
        OutboundException fault = Faults.of(e, "The " + via);
        return new OutboundException(ErrorCode.PROXY, String.valueOf(fault.getMessage()), e);
    }

    private void refuse(int status, ErrorCode code) {
        over = true;
        if (out != null) {
            out.reset();
        }
        Answers.refuse(in, status, code);
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
