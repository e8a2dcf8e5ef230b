package dev.rowhound.cli.doctor;

import java.net.http.HttpHeaders;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The kinds of proxies that may be in front of a node. */
enum ProxyKind {
    /** nginx and its derivatives, such as OpenResty and the Kubernetes ingress. */
    NGINX("nginx"),
    APACHE("Apache"),
    /** HAProxy, which adds no headers that identify it. */
    HAPROXY("HAProxy"),
    CLOUDFLARE("Cloudflare"),
    /** A cloud load balancer or an unknown proxy. */
    LOAD_BALANCER("load balancer");

    private final String title;

    ProxyKind(String title) {
        this.title = title;
    }

    /** Returns the display name. */
    String title() {
        return title;
    }

    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Recognises proxies by response headers. The outermost one may hide others.
     *
     * @param headers the response headers
     */
    static Set<ProxyKind> recognise(HttpHeaders headers) {
        String server = String.join(" ", headers.allValues("Server")).toLowerCase(Locale.ROOT);
        String via = String.join(" ", headers.allValues("Via")).toLowerCase(Locale.ROOT);
        Set<ProxyKind> found = EnumSet.noneOf(ProxyKind.class);
        if (server.contains("cloudflare") || headers.firstValue("CF-RAY").isPresent()) {
            found.add(CLOUDFLARE);
        }
        if (server.contains("nginx") || server.contains("openresty") || via.contains("nginx")) {
            found.add(NGINX);
        }
        if (server.contains("apache") || via.contains("apache")) {
            found.add(APACHE);
        }
        if (server.contains("haproxy") || via.contains("haproxy")) {
            found.add(HAPROXY);
        }
        boolean other = server.matches(".*(awselb|envoy|google|gws|caddy|traefik|iis).*")
                || via.matches(".*(google|cloudfront|varnish|caddy|envoy).*")
                || headers.firstValue("X-Amz-Cf-Id").isPresent();
        if (other) {
            found.add(LOAD_BALANCER);
        }
        return found;
    }

    /**
     * Returns the proxies to give advice for: there is often another one behind an edge, and an unknown one may be any.
     */
    static Set<ProxyKind> suspects(Set<ProxyKind> recognised) {
        if (recognised.isEmpty()) {
            return EnumSet.allOf(ProxyKind.class);
        }
        Set<ProxyKind> suspects = EnumSet.copyOf(recognised);
        if (recognised.equals(EnumSet.of(CLOUDFLARE))) {
            suspects.addAll(EnumSet.of(NGINX, APACHE, HAPROXY));
        }
        return suspects;
    }
}
