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
 * The pages whose scripts may ask: those of the node itself, and those of listed origins, by CORS. A browser tells the
 * page in {@code Origin} and {@code Sec-Fetch-Site}, which no script can forge; a program that sends neither is no page.
 *
 * @param listed other origins, as browsers write them
 */
public record OriginRules(Set<String> listed) {
    private static final String KEY = "origins";
    private static final String ORIGIN = "Origin";
    private static final String SITE = "Sec-Fetch-Site";
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    /** What a script of another origin may read beside the body. */
    private static final String EXPOSED =
            "ETag, Location, Retry-After, X-Request-Id, Idempotency-Replayed, Content-Disposition";

    private static final String METHODS = "GET, POST, PUT, DELETE";
    private static final String MAX_AGE_SECONDS = "600";

    public OriginRules {
        listed = Set.copyOf(listed);
    }

    /** Reads the key {@code origins} of the section {@code http}. */
    public static OriginRules from(JsonReader section) {
        Set<String> listed = new HashSet<>();
        List<String> given = section.strings(KEY);
        for (int i = 0; i < given.size(); i++) {
            String origin = given.get(i).toLowerCase(Locale.ROOT);
            if (origin.matches("https?://[^/?#@*\\s]+") && authority(origin) != null) {
                listed.add(origin);
            } else {
                section.problem(
                        KEY + "[" + i + "]",
                        "is \"" + given.get(i)
                                + "\"; give an origin as browsers write it, such as https://app.example or"
                                + " http://localhost:3000");
            }
        }
        return new OriginRules(listed);
    }

    /** Why the page that asks may not, or null. */
    @Nullable
    RequestFault fault(HttpServerRequest request) {
        String origin = request.getHeader(ORIGIN);
        String site = request.getHeader(SITE);
        boolean own = site == null || site.equals("same-origin") || site.equals("none");
        if (origin == null) {
            return own || isVisit(request) ? null : refusal("another site", SITE);
        }
        // A proxy may have changed the port of Host, which Sec-Fetch-Site survives.
        boolean allowed = isListed(origin) || isOfHost(origin, request.authority()) || "same-origin".equals(site);
        return allowed ? null : refusal("the origin " + origin, ORIGIN);
    }

    private static RequestFault refusal(String from, String header) {
        return RequestFault.of(
                403,
                "foreign_origin",
                "a page of " + from
                        + " may not ask here; if it should, list its origin in http.origins, and if it is this"
                        + " node's own page, let the proxy in front pass on the client's Host with its port",
                header);
    }

    /** Whether a link or redirect of another site has led a person here, which shows them a page and tells it nothing. */
    private static boolean isVisit(HttpServerRequest request) {
        return SAFE.contains(request.method())
                && "navigate".equals(request.getHeader("Sec-Fetch-Mode"))
                && "document".equals(request.getHeader("Sec-Fetch-Dest"));
    }

    private boolean isListed(@Nullable String origin) {
        return origin != null && listed.contains(origin.toLowerCase(Locale.ROOT));
    }

    private static boolean isOfHost(String origin, @Nullable HostAndPort host) {
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

    /** Lets a listed origin's script read the answer, its user's cookies and log-in included. */
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

    /** Whether the request asks whether another one would be allowed. */
    boolean isPreflight(HttpServerRequest request) {
        return request.method() == HttpMethod.OPTIONS
                && isListed(request.getHeader(ORIGIN))
                && request.getHeader("Access-Control-Request-Method") != null;
    }

    /** Answers such a request. */
    void answerPreflight(HttpServerRequest request) {
        MultiMap headers = request.response().headers();
        headers.set("Access-Control-Allow-Methods", METHODS).set("Access-Control-Max-Age", MAX_AGE_SECONDS);
        String wanted = request.getHeader("Access-Control-Request-Headers");
        if (wanted != null) {
            headers.set("Access-Control-Allow-Headers", wanted);
        }
        var unused = request.response().setStatusCode(204).end();
    }
}
