package dev.rowhound.front;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.function.Function;

/** Debian's nginx. */
public final class Nginx extends Front {
    private Nginx(String scheme, Function<Place, String> config) throws IOException {
        super(
                scheme,
                place -> List.of(
                        FrontPrograms.require("nginx").toString(),
                        "-p",
                        place.folder().toString(),
                        "-c",
                        write(place.folder().resolve("nginx.conf"), config.apply(place))
                                .toString(),
                        "-e",
                        errorLog(place).toString(),
                        "-g",
                        "daemon off;"));
    }

    /**
     * Starts it with a site, which is what stands within {@code http} and has to listen on the place's port at
     * 127.0.0.1. All that the site leaves open is as nginx has it by default.
     *
     * @throws IOException if it does not start, with what it said
     */
    public static Nginx start(Function<Place, String> site) throws IOException {
        return whole(place -> main().formatted(site.apply(place)));
    }

    /** Starts it before one server with no setting but the address: everything else is nginx's default. */
    public static Nginx plain(URI upstream) throws IOException {
        return start(place -> """
                server {
                    listen 127.0.0.1:%d;
                    location / {
                        proxy_pass %s;
                    }
                }
                """.formatted(place.port(), upstream));
    }

    /**
     * Starts it with the shipped site.
     *
     * @throws IOException if it does not start, with what it said
     */
    public static Nginx shipped(Shipped how) throws IOException {
        Tls tls = how.tls();
        return new Nginx(tls == null ? "http" : "https", place -> {
            Shipped.Text site = how.open("nginx/rowhound.conf").repeat("127.0.0.1:8102", how.authorities());
            String port = "127.0.0.1:" + place.port();
            if (tls == null) {
                site.change("listen 80;", "listen " + port + ";");
            } else {
                site.change("listen 80;", "")
                        .uncomment("listen 443 ssl http2;")
                        .uncomment("ssl_certificate ")
                        .uncomment("ssl_certificate_key ")
                        .change("listen 443 ", "listen " + port + " ")
                        .change(
                                "/etc/letsencrypt/live/rowhound.example/fullchain.pem",
                                tls.certificate().toString())
                        .change(
                                "/etc/letsencrypt/live/rowhound.example/privkey.pem",
                                tls.key().toString());
            }
            return main().formatted(how.around() + site);
        });
    }

    /** Starts it with a whole configuration, which neither says {@code daemon} nor writes outside of the place's folder. */
    public static Nginx whole(Function<Place, String> config) throws IOException {
        return new Nginx("http", config);
    }

    private static String main() {
        return """
                %s
                worker_processes 1;
                pid nginx.pid;
                error_log error.log info;
                events {
                    worker_connections 4096;
                }
                http {
                    access_log access.log;
                    client_body_temp_path body;
                    proxy_temp_path proxy;
                    fastcgi_temp_path fastcgi;
                    uwsgi_temp_path uwsgi;
                    scgi_temp_path scgi;
                    %%s
                }
                """
                // The place's folder is open to its owner only.
                .formatted(root() ? "user root;" : "");
    }
}
