package dev.rowhound.egress;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.net.WebAddress;
import dev.rowhound.net.WebLink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.net.CookieHandler;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP client for requests without a browser, under the same rules: each URL of a redirect chain is resolved,
 * checked, and connected to at the checked address; certificates are verified for the requested name. Connections are
 * pooled. Redirects are followed on the caller's thread, one {@link Fetch} each. Thread-safe; blocks, so do not call it
 * on an event loop.
 */
public final class EgressClient {
    static final int MAX_REDIRECTS = 10;

    private static final int MAX_HEAD_BYTES = 256 << 10;
    private static final int MAX_CHUNK_BYTES = 64 << 10;

    /** Smaller than a browser's limit: pages are parsed in this process, which holds several times their size. */
    private static final long MAX_PAGE_BYTES = 10 << 20;

    private static final int KEEP_ALIVE_SECONDS = 15;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private static final Set<String> ORIGIN_HEADERS = Set.of("authorization", "cookie");

    private final Context loop;
    private final HttpClient http;
    private final Routes routes;
    private final Proxies proxies;
    private final long maxBytes;

    EgressClient(
            Vertx vertx,
            Routes routes,
            Proxies proxies,
            Egress.Limits limits,
            long maxBytes,
            @Nullable TrustOptions trust) {
        this.routes = routes;
        this.proxies = proxies;
        this.maxBytes = maxBytes;
        this.loop = vertx.getOrCreateContext();
        HttpClientOptions options = new HttpClientOptions()
                .setConnectTimeout((int) limits.connect().toMillis())
                .setIdleTimeout((int) limits.idle().toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setMaxHeaderSize(MAX_HEAD_BYTES)
                .setMaxInitialLineLength(MAX_HEAD_BYTES)
                .setMaxChunkSize(MAX_CHUNK_BYTES)
                .setDecompressionSupported(true)
                .setVerifyHost(true);
        if (trust != null) {
            options.setTrustOptions(trust);
        }
        this.http = vertx.createHttpClient(options, FilteringProxy.pool());
    }

    /**
     * Sends a GET request and waits for the whole response.
     *
     * @throws EgressException if it fails
     * @throws InterruptedException if the thread is interrupted; the request is aborted
     */
    public WebResponse get(WebRequest request) throws EgressException, InterruptedException {
        return get(request, new Bounds(Math.min(maxBytes, MAX_PAGE_BYTES), false, MAX_REDIRECTS));
    }

    /**
     * The limits of one call.
     *
     * @param bytes the maximum size of the body
     * @param truncate whether a larger body is truncated rather than refused
     * @param redirects the maximum number of redirects
     */
    record Bounds(long bytes, boolean truncate, int redirects) {}

    WebResponse get(WebRequest request, Bounds bounds) throws EgressException, InterruptedException {
        long deadline = System.nanoTime() + request.timeout().toNanos();
        List<String> chain = new ArrayList<>();
        String url = request.url();
        while (true) {
            String from = url;
            WebAddress address = WebAddress.parse(url)
                    .orElseThrow(() -> new EgressException(
                            ErrorCode.ADDRESS_REFUSED, WebAddress.refusal(from).orElse("The URL is not a web URL")));
            WebResponse answer = once(request, url, address, chain, bounds, deadline);
            String location = REDIRECTS.contains(answer.status()) ? answer.header("location") : null;
            if (location == null) {
                return answer;
            }
            if (chain.size() == bounds.redirects()) {
                throw new EgressException(
                        ErrorCode.NAVIGATION, "The URL redirects more than " + bounds.redirects() + " times");
            }
            chain.add(url);
            url = WebLink.resolve(url, location).orElse(location);
        }
    }

    private WebResponse once(
            WebRequest request, String url, WebAddress address, List<String> chain, Bounds bounds, long deadline)
            throws EgressException, InterruptedException {
        Map<String, String> headers = new LinkedHashMap<>(request.headers());
        if (!sameOrigin(request.url(), address)) {
            // Credentials for one origin are not sent to another.
            headers.keySet().removeIf(name -> ORIGIN_HEADERS.contains(name.toLowerCase(Locale.ROOT)));
        }
        CookieHandler cookies = request.cookies();
        URI uri = uri(address);
        if (cookies != null) {
            addCookies(cookies, uri, headers);
        }
        Fetch fetch = new Fetch(http, routes, address, headers, request.policy(), bounds);
        Fetch.Fetched result = await(fetch, address, deadline, request.policy().via());
        if (cookies != null) {
            keepCookies(cookies, uri, result.headers());
        }
        return new WebResponse(url, result.status(), result.headers(), result.body(), List.copyOf(chain));
    }

    private Fetch.Fetched await(Fetch fetch, WebAddress address, long deadline, @Nullable UpstreamProxy via)
            throws EgressException, InterruptedException {
        Promise<Fetch.Fetched> promise = Promise.promise();
        loop.runOnContext(v -> fetch.run().onComplete(promise));
        boolean done = false;
        try {
            long left = Math.max(deadline - System.nanoTime(), 0);
            Future<Fetch.Fetched> future = promise.future();
            Fetch.Fetched result =
                    future.toCompletionStage().toCompletableFuture().get(left, TimeUnit.NANOSECONDS);
            done = true;
            if (via != null) {
                proxies.succeeded(via);
            }
            return result;
        } catch (ExecutionException e) {
            EgressException fault =
                    EgressException.of(e.getCause() == null ? e : e.getCause(), address.host() + ":" + address.port());
            if (via != null && fault.code() == ErrorCode.PROXY) {
                proxies.failed(via);
            }
            throw fault;
        } catch (TimeoutException e) {
            throw new EgressException(
                    ErrorCode.TIMEOUT, address.host() + ":" + address.port() + " did not respond in time");
        } finally {
            if (!done) {
                loop.runOnContext(v -> fetch.abort());
            }
        }
    }

    private static boolean sameOrigin(String url, WebAddress address) {
        return WebAddress.parse(url)
                .map(first -> first.origin().equals(address.origin()))
                .orElse(false);
    }

    private static void addCookies(CookieHandler cookies, URI uri, Map<String, String> headers) throws EgressException {
        try {
            cookies.get(uri, Map.of()).forEach((name, values) -> {
                if (!values.isEmpty()) {
                    headers.put(name, String.join("; ", values));
                }
            });
        } catch (IOException e) {
            throw new EgressException(ErrorCode.NAVIGATION, "The cookies could not be read", e);
        }
    }

    private static void keepCookies(CookieHandler cookies, URI uri, Map<String, List<String>> headers)
            throws EgressException {
        try {
            cookies.put(uri, headers);
        } catch (IOException e) {
            throw new EgressException(ErrorCode.NAVIGATION, "The cookies could not be kept", e);
        }
    }

    /** Returns the URL as a Java URI, without its query, which may hold characters that URI rejects. */
    private static URI uri(WebAddress address) throws EgressException {
        String path = address.target().replaceFirst("\\?.*", "");
        try {
            return new URI(address.secure() ? "https" : "http", null, address.host(), address.port(), path, null, null);
        } catch (URISyntaxException e) {
            throw new EgressException(ErrorCode.NAVIGATION, "The URL cannot be requested: " + e.getMessage(), e);
        }
    }
}
