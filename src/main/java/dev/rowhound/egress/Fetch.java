package dev.rowhound.egress;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.net.Authority;
import dev.rowhound.net.WebAddress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import io.vertx.core.net.SocketAddress;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A GET request without redirects, on an event loop. */
final class Fetch {
    private static final CharSequence ACCEPTED_ENCODINGS = HttpHeaders.createOptimized("gzip, deflate");
    private static final CharSequence PROXY_AUTHORIZATION = HttpHeaders.createOptimized("Proxy-Authorization");

    private final HttpClient http;
    private final Routes routes;
    private final WebAddress address;
    private final Map<String, String> headers;
    private final EgressPolicy policy;
    private final @Nullable UpstreamProxy via;
    private final EgressClient.Bounds bounds;
    private final Promise<Fetched> promise = Promise.promise();

    private @Nullable HttpClientRequest sent;
    private boolean done;

    @SuppressWarnings("ArrayRecordComponent")
    record Fetched(int status, Map<String, List<String>> headers, byte[] body) {}

    Fetch(
            HttpClient http,
            Routes routes,
            WebAddress address,
            Map<String, String> headers,
            EgressPolicy policy,
            EgressClient.Bounds bounds) {
        this.http = http;
        this.routes = routes;
        this.address = address;
        this.headers = headers;
        this.policy = policy;
        this.via = policy.via();
        this.bounds = bounds;
    }

    Future<Fetched> run() {
        Authority target = Authority.parse(address.host(), address.port()).orElse(null);
        if (target == null) {
            return Future.failedFuture(new EgressException(ErrorCode.NAVIGATION, "The URL has no host"));
        }
        Future<Route> checked = routes.find(target.host(), address.port(), policy);
        UpstreamProxy proxy = via;
        if (proxy == null) {
            checked.onSuccess(route -> request(route, null, false)).onFailure(this::fail);
        } else {
            checked.compose(route -> routes.find(proxy).onSuccess(way -> {
                        if (address.secure()) {
                            request(route, tunnel(proxy, way), false);
                        } else {
                            request(way, null, false);
                        }
                    }))
                    .onFailure(this::fail);
        }
        return promise.future();
    }

    /** Aborts the request at any stage. */
    void abort() {
        done = true;
        if (sent != null) {
            sent.reset();
        }
    }

    private void request(Route route, @Nullable ProxyOptions tunnel, boolean again) {
        Future<HttpClientRequest> opened =
                tunnel == null ? route.connect(server -> open(server, null)) : open(route.first(), tunnel);
        opened.onComplete(connected -> {
            if (done) {
                if (connected.succeeded()) {
                    connected.result().reset();
                }
            } else if (connected.succeeded()) {
                send(connected.result(), route, tunnel, again);
            } else {
                fail(connected.cause());
            }
        });
    }

    private Future<HttpClientRequest> open(SocketAddress server, @Nullable ProxyOptions tunnel) {
        if (done) {
            return Future.failedFuture("the request was aborted");
        }
        RequestOptions options = new RequestOptions()
                .setServer(server)
                .setHost(bare(address.host()))
                .setPort(address.port())
                .setSsl(address.secure())
                .setMethod(HttpMethod.GET)
                .setURI(via != null && !address.secure() ? address.origin() + address.target() : address.target());
        if (tunnel != null) {
            options.setProxyOptions(tunnel);
        }
        return http.request(options);
    }

    private static ProxyOptions tunnel(UpstreamProxy via, Route proxy) {
        SocketAddress way = proxy.first();
        ProxyOptions options = new ProxyOptions()
                .setType(ProxyType.HTTP)
                .setHost(way.hostAddress())
                .setPort(way.port());
        if (via.user() != null) {
            options.setUsername(via.user()).setPassword(via.password() == null ? "" : via.password());
        }
        return options;
    }

    private void send(HttpClientRequest request, Route route, @Nullable ProxyOptions tunnel, boolean again) {
        sent = request;
        try {
            headers.forEach(request::putHeader);
        } catch (IllegalArgumentException e) {
            request.reset();
            fail(new EgressException(
                    ErrorCode.NAVIGATION, "A header of the request cannot be sent: " + e.getMessage(), e));
            return;
        }
        request.putHeader(HttpHeaders.HOST, address.authority());
        request.putHeader(HttpHeaders.ACCEPT_ENCODING, ACCEPTED_ENCODINGS);
        String authorization = via == null || address.secure() ? null : via.authorization();
        if (authorization != null) {
            request.putHeader(PROXY_AUTHORIZATION, authorization);
        }
        request.response().onComplete(answered -> {
            if (done) {
                return;
            }
            if (answered.succeeded()) {
                receive(answered.result());
            } else if (!again && answered.cause() instanceof HttpClosedException) {
                request(route, tunnel, true);
            } else {
                fail(answered.cause());
            }
        });
        request.end();
    }

    private void receive(HttpClientResponse response) {
        response.exceptionHandler(this::fail);
        if (via != null && response.statusCode() == 407) {
            abort();
            promise.tryFail(new EgressException(ErrorCode.PROXY, "The " + via + " refuses with status 407"));
            return;
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        response.handler(buffer -> take(response, body, buffer));
        response.endHandler(v -> end(response, body));
    }

    private void take(HttpClientResponse response, ByteArrayOutputStream body, Buffer buffer) {
        if (done) {
            return;
        }
        long room = bounds.bytes() - body.size();
        byte[] bytes = buffer.getBytes();
        if (bytes.length <= room) {
            body.write(bytes, 0, bytes.length);
        } else if (bounds.truncate()) {
            body.write(bytes, 0, (int) room);
            end(response, body);
            response.request().reset();
        } else {
            abort();
            promise.tryFail(new EgressException(
                    ErrorCode.TOO_LARGE, "The response is larger than " + bounds.bytes() + " bytes"));
        }
    }

    private void end(HttpClientResponse response, ByteArrayOutputStream body) {
        if (!done) {
            done = true;
            Map<String, List<String>> received = new LinkedHashMap<>();
            response.headers()
                    .forEach((name, value) -> received.computeIfAbsent(
                                    name.toLowerCase(Locale.ROOT), key -> new ArrayList<>())
                            .add(value));
            promise.tryComplete(new Fetched(response.statusCode(), received, body.toByteArray()));
        }
    }

    private void fail(Throwable e) {
        if (done) {
            return;
        }
        done = true;
        EgressException fault = EgressException.of(e, address.host() + ":" + address.port());
        promise.tryFail(via == null || e instanceof EgressException ? fault : throughProxy(via, e, fault));
    }

    /** A failed handshake within the tunnel is the site's fault; a tunnel that did not open is mostly the proxy's. */
    private static EgressException throughProxy(UpstreamProxy via, Throwable e, EgressException fault) {
        if (fault.code() == ErrorCode.TLS) {
            return fault;
        }
        String text = String.valueOf(e.getMessage());
        if (text.matches("(?s).*status: 50[234]\\b.*")) {
            return new EgressException(ErrorCode.NAVIGATION, "The " + via + " could not reach the target", e);
        }
        return new EgressException(ErrorCode.PROXY, "The " + via + " cannot be used", e);
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
