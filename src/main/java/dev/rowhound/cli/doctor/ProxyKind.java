package dev.rowhound.cli.doctor;

import java.net.http.HttpHeaders;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** A kind of proxy that may stand before a node. */
enum ProxyKind {
    /** nginx, OpenResty and what is built on them, such as the Kubernetes ingress. */
    NGINX("nginx"),
    /** The Apache HTTP server. */
    APACHE("Apache"),
    /** HAProxy, which does not tell of itself in headers. */
    HAPROXY("HAProxy"),
    /** Cloudflare's edge. */
    CLOUDFLARE("Cloudflare"),
    /** A cloud's load balancer, or another proxy that is not known here. */
    LOAD_BALANCER("load balancer");

    private final String title;

    ProxyKind(String title) {
        this.title = title;
    }

    /** How people call it. */
    String title() {
        return title;
    }

    /** How programs spell it. */
    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Those that an answer gives away; empty where none does. The outermost hides what stands behind it.
     *
     * @param headers the answer's
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

    /** Those to give advice for: behind an edge there is mostly another, and one that is not known may be any. */
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
