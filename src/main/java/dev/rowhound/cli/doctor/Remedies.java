package dev.rowhound.cli.doctor;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** Which setting of which proxy to change. The files in {@code deploy} have all of them. */
final class Remedies {
    private static final Map<Fault, Map<ProxyKind, String>> KNOWN = new EnumMap<>(Fault.class);

    private static final String NGINX_BUFFERING =
            "proxy_buffering off; in the location of the streams, and no proxy_ignore_headers X-Accel-Buffering";
    private static final String APACHE_BUFFERING =
            "SetEnv no-gzip 1, and no mod_buffer or mod_substitute in the location of the streams";
    private static final String HAPROXY_BUFFERING =
            "no option http-buffer-request, no compression, no http-wait-for-body";
    private static final String CLOUDFLARE_BUFFERING =
            "a configuration rule for /api/* with Rocket Loader and Email Obfuscation off, and no Worker that reads the"
                    + " whole body; on Enterprise turn Response Buffering off";
    private static final String BALANCER_BUFFERING = "turn response buffering off for the paths …/events";

    static {
        put(
                Fault.TLS,
                "ssl_certificate with the whole chain (fullchain.pem), renewed in time",
                "SSLCertificateFile with the whole chain, renewed in time",
                "bind … ssl crt with certificate, chain and key in one file",
                "SSL/TLS mode Full (strict), and an edge certificate for this name",
                "give the listener a certificate for this name");
        put(
                Fault.LATE_FIRST_BYTE,
                NGINX_BUFFERING,
                APACHE_BUFFERING,
                HAPROXY_BUFFERING,
                CLOUDFLARE_BUFFERING,
                BALANCER_BUFFERING);
        put(
                Fault.BUFFERED,
                NGINX_BUFFERING,
                APACHE_BUFFERING,
                HAPROXY_BUFFERING,
                CLOUDFLARE_BUFFERING,
                BALANCER_BUFFERING);
        put(
                Fault.COMPRESSED,
                "gzip off; (and brotli off;) in the location of the streams, or leave text/event-stream out of gzip_types",
                "SetEnv no-gzip 1 (and no-brotli 1) in the location of the streams, or no SetOutputFilter DEFLATE there",
                "no compression algo, or compression type without text/event-stream",
                "a compression rule for /api/* with compression disabled",
                "turn compression off for text/event-stream");
        put(
                Fault.CACHED,
                "proxy_cache off; in the location of the API",
                "CacheDisable /api/",
                "no http-request cache-use for /api/",
                "a cache rule that bypasses the cache for /api/*",
                "bypass the cache for /api/");
        put(
                Fault.HEADER_LOST,
                "no proxy_pass_request_headers off, no proxy_hide_header or proxy_ignore_headers, underscores apart",
                "no RequestHeader unset or Header unset for it",
                "no http-request del-header or http-response del-header for it",
                "no transform rule that removes it",
                "let this header pass");
        put(
                Fault.CUT,
                "proxy_read_timeout 1h; and no proxy_max_temp_file_size or limit that ends an answer",
                "ProxyTimeout 3600, and no mod_reqtimeout or MaxRequestLen on the streams",
                "timeout server 1h and timeout tunnel 2h",
                "no Worker or rule that ends long answers",
                "raise the time limit of a request or backend service to an hour");
        put(
                Fault.STALLED,
                "proxy_read_timeout shorter than the silence, and proxy_socket_keepalive on;",
                "ProxyPass … keepalive=On",
                "option clitcpka and option srvtcpka",
                "check the origin's firewall: Cloudflare's connections are dropped without an end",
                "raise the idle time-out of firewall and NAT above the heartbeat's interval, or let them send resets");
        put(
                Fault.ERROR_ANSWER,
                "proxy_next_upstream error timeout; and check the addresses in upstream",
                "check ProxyPass's address, and retry=0",
                "check the servers of the backend, option redispatch, and their health checks",
                "502 to 524 are about the origin: check that it is up and answers within 100 s",
                "check the targets' health, and the time limit of the backend service");
        put(
                Fault.IDLE_CUT,
                "proxy_read_timeout 1h; in the location of the streams (default 60s)",
                "ProxyTimeout 3600, or timeout=3600 at ProxyPass (default 60)",
                "timeout server 1h and timeout client 1h, or timeout tunnel 2h",
                "cuts after about 100 to 125 s, which only Enterprise can raise; heartbeats every 15 s suffice",
                "raise the idle time-out, such as to 4000 s (AWS: default 60 s)");
        put(
                Fault.IDLE_LOST,
                "proxy_socket_keepalive on; and so_keepalive=60s at listen",
                "ProxyPass … keepalive=On",
                "option clitcpka and option srvtcpka",
                "check the origin's firewall for a time limit of idle connections",
                "raise the idle time-out of firewall and NAT above the heartbeat's interval, or let them send resets");
        put(
                Fault.CUT_DESPITE_HEARTBEATS,
                "proxy_read_timeout 1h; a value below the heartbeat's interval cuts each stream",
                "ProxyTimeout 3600; a value below the heartbeat's interval cuts each stream",
                "timeout server 1h; a value below the heartbeat's interval cuts each stream",
                "no Worker or rule that ends long answers",
                "raise the time limit of a request (Google: the backend service's time-out) to an hour; below that,"
                        + " lower http.heartbeat_ms on the nodes");
        put(
                Fault.RESUME_HEADER_LOST,
                "no proxy_pass_request_headers off; and no proxy_set_header Last-Event-ID \"\";",
                "no RequestHeader unset Last-Event-ID",
                "no http-request del-header last-event-id",
                "no transform rule that removes Last-Event-ID",
                "let the header Last-Event-ID pass");
        put(
                Fault.RESUME_LOST,
                "let the header Last-Event-ID and the query pass: proxy_pass without a rewritten address",
                "let the header Last-Event-ID and the query pass",
                "let the header Last-Event-ID and the query pass",
                "no transform rule for /api/*, and a cache key with the query",
                "let the header Last-Event-ID and the query pass");
        put(
                Fault.NO_WEBSOCKET,
                "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection"
                        + " $connection_upgrade; with the map of deploy/nginx/rowhound.conf",
                "a2enmod proxy_wstunnel, and ProxyPass … upgrade=websocket (from 2.4.47)",
                "no http-request del-header upgrade, and no option httpclose or forceclose in the backend",
                "Network, WebSockets: on",
                "turn WebSockets on (AWS: an application, not a classic load balancer)");
        put(
                Fault.SOCKET_IDLE_CUT,
                "proxy_read_timeout 2h; in the location of the sockets (default 60s)",
                "ProxyTimeout 7200, or ProxyWebsocketIdleTimeout 7200",
                "timeout tunnel 2h",
                "cuts after about 100 s; heartbeats every 15 s suffice",
                "raise the idle time-out, such as to 4000 s");
        put(
                Fault.SOCKET_CUT_DESPITE_HEARTBEATS,
                "proxy_read_timeout 2h; a value below the heartbeat's interval cuts each socket",
                "ProxyTimeout 7200; a value below the heartbeat's interval cuts each socket",
                "timeout tunnel 2h",
                "no rule that ends WebSockets",
                "raise the time limit of a connection to hours");
        put(
                Fault.UPLOAD_LIMIT,
                "client_max_body_size, as http.max_upload_bytes, such as 100m (default 1m)",
                "LimitRequestBody, as http.max_upload_bytes, such as 104857600",
                "no http-request deny by req.body_size or content-length",
                "the plan's limit: 100 MB, on Business 200 MB; larger files in parts, or past Cloudflare",
                "raise the largest size of a request's body to http.max_upload_bytes");
        put(
                Fault.OLD_HTTP,
                "proxy_http_version 1.1; and proxy_set_header Connection \"\";",
                "no SetEnv force-proxy-request-1.0 and no proxy-nokeepalive",
                "no http-request set-header or http-reuse trick: HAProxy 2 speaks HTTP/1.1 by itself",
                "the proxy behind Cloudflare is to be changed",
                "speak HTTP/1.1 to the nodes");
        put(
                Fault.NO_HTTP_2,
                "listen 443 ssl http2; (from 1.25.1 on: http2 on;)",
                "a2enmod http2, and Protocols h2 http/1.1",
                "bind … ssl crt … alpn h2,http/1.1",
                "Speed, Protocol: HTTP/2 on",
                "turn HTTP/2 on for clients");
        put(
                Fault.ONE_CLIENT,
                "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; and list nginx in http.trusted_proxies",
                "mod_proxy sends X-Forwarded-For by itself; list Apache in http.trusted_proxies",
                "option forwardfor, and list HAProxy in http.trusted_proxies",
                "list the peers from which CF-Connecting-IP is believed in http.trusted_proxies",
                "list the load balancer in http.trusted_proxies");
    }

    private Remedies() {}

    private static void put(
            Fault fault, String nginx, String apache, String haproxy, String cloudflare, String balancer) {
        Map<ProxyKind, String> settings = new EnumMap<>(ProxyKind.class);
        settings.put(ProxyKind.NGINX, nginx);
        settings.put(ProxyKind.APACHE, apache);
        settings.put(ProxyKind.HAPROXY, haproxy);
        settings.put(ProxyKind.CLOUDFLARE, cloudflare);
        settings.put(ProxyKind.LOAD_BALANCER, balancer);
        KNOWN.put(fault, settings);
    }

    /** The settings to change for a fault, by proxy; empty where no proxy is at fault. */
    static Map<ProxyKind, String> of(Fault fault, Set<ProxyKind> suspects) {
        Map<ProxyKind, String> settings = new EnumMap<>(ProxyKind.class);
        KNOWN.getOrDefault(fault, Map.of()).forEach((proxy, setting) -> {
            if (suspects.contains(proxy)) {
                settings.put(proxy, setting);
            }
        });
        return settings;
    }
}
