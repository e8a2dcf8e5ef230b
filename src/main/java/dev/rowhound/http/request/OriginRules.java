package dev.rowhound.http.request;

import dev.rowhound.config.JsonReader;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which web pages may send requests: pages of this node, and pages of configured origins (CORS). Browsers
 * identify the page in {@code Origin} and {@code Sec-Fetch-Site}, which scripts cannot forge. A client that sends
 * neither is not a browser.
 *
 * @param listed other origins, as browsers write them
 */
public record OriginRules(Set<String> listed) {
    private static final String KEY = "origins";
    private static final String ORIGIN = "Origin";
    private static final String SITE = "Sec-Fetch-Site";
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    /** Response headers that scripts of other origins may read. */
    private static final String EXPOSED =
            "ETag, Location, Retry-After, X-Request-Id, Idempotency-Replayed, Content-Disposition";

    private static final String METHODS = "GET, POST, PUT, DELETE";
    private static final String MAX_AGE_SECONDS = "600";

    public OriginRules {
        listed = Set.copyOf(listed);
    }

    public static OriginRules from(JsonReader section) {
        Set<String> listed = new HashSet<>();
        List<String> entries = section.strings(KEY);
        for (int i = 0; i < entries.size(); i++) {
            String origin = entries.get(i).toLowerCase(Locale.ROOT);
            if (origin.matches("https?://[^/?#@*\\s]+") && authority(origin) != null) {
                listed.add(origin);
            } else {
                section.problem(
                        KEY + "[" + i + "]",
                        "is \"" + entries.get(i)
                                + "\"; use an origin as browsers send it, such as https://app.example or"
                                + " http://localhost:3000");
            }
        }
        return new OriginRules(listed);
    }

    /** Returns why the requesting page is rejected, or null. */
    @Nullable
    RequestFault fault(HttpServerRequest request) {
        String origin = request.getHeader(ORIGIN);
        String site = request.getHeader(SITE);
        boolean own = site == null || site.equals("same-origin") || site.equals("none");
        if (origin == null) {
            return own || isVisit(request) ? null : refusal("another site", SITE);
        }
        // Sec-Fetch-Site remains reliable when a proxy has changed the port in Host.
        boolean allowed =
                isListed(origin) || isSameAuthority(origin, request.authority()) || "same-origin".equals(site);
        return allowed ? null : refusal("the origin " + origin, ORIGIN);
    }

    private static RequestFault refusal(String from, String header) {
        return RequestFault.of(
                403,
                "foreign_origin",
                "a page of " + from
                        + " may not call this node; to allow it, list its origin in http.origins; if it is this"
                        + " node's own page, let the proxy in front pass on the client's Host with its port",
                header);
    }

    /**
     * Returns whether the request is a top-level navigation from another site. The user sees the response; the other
     * site cannot read it.
     */
    private static boolean isVisit(HttpServerRequest request) {
        return SAFE.contains(request.method())
                && "navigate".equals(request.getHeader("Sec-Fetch-Mode"))
                && "document".equals(request.getHeader("Sec-Fetch-Dest"));
    }

    private boolean isListed(@Nullable String origin) {
        return origin != null && listed.contains(origin.toLowerCase(Locale.ROOT));
    }

    private static boolean isSameAuthority(String origin, @Nullable HostAndPort host) {
        HostAndPort page = authority(origin);
        if (page == null || host == null || !HostRules.plain(page.host()).equals(HostRules.plain(host.host()))) {
            return false;
        }
        int standard = origin.regionMatches(true, 0, "https:", 0, "https:".length()) ? 443 : 80;
        return port(page, standard) == port(host, standard);
    }

    private static int port(HostAndPort of, int standard) {
        return of.port() < 0 ? standard : of.port();
    }

    private static @Nullable HostAndPort authority(String origin) {
        int scheme = origin.indexOf("://");
        return scheme < 0 ? null : HostAndPort.parseAuthority(origin.substring(scheme + "://".length()), -1);
    }

    /** Adds CORS headers so that scripts of listed origins may read the response, also with credentials. */
    void allow(HttpServerRequest request) {
        if (listed.isEmpty()) {
            return;
        }
        MultiMap headers = request.response().headers();
        headers.add("Vary", ORIGIN);
        String origin = request.getHeader(ORIGIN);
        if (isListed(origin)) {
            headers.set("Access-Control-Allow-Origin", String.valueOf(origin))
                    .set("Access-Control-Allow-Credentials", "true")
                    .set("Access-Control-Expose-Headers", EXPOSED);
        }
    }

    /** Returns whether the request is a CORS preflight from a listed origin. */
    boolean isPreflight(HttpServerRequest request) {
        return request.method() == HttpMethod.OPTIONS
                && isListed(request.getHeader(ORIGIN))
                && request.getHeader("Access-Control-Request-Method") != null;
    }

    void answerPreflight(HttpServerRequest request) {
        MultiMap headers = request.response().headers();
        headers.set("Access-Control-Allow-Methods", METHODS).set("Access-Control-Max-Age", MAX_AGE_SECONDS);
        String requestedHeaders = request.getHeader("Access-Control-Request-Headers");
        if (requestedHeaders != null) {
            headers.set("Access-Control-Allow-Headers", requestedHeaders);
        }
        var unused = request.response().setStatusCode(204).end();
    }
}
