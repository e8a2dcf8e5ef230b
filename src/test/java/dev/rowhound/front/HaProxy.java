package dev.rowhound.front;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.function.Function;

/** Debian's HAProxy. */
public final class HaProxy extends Front {
    /** Its log is its output. */
    private static final String GLOBAL = """
            global
                log stdout format raw local0 info
            """;

    private HaProxy(String scheme, Function<Place, String> config) throws IOException {
        super(
                scheme,
                place -> List.of(
                        FrontPrograms.require("haproxy").toString(),
                        "-db",
                        "-f",
                        write(place.folder().resolve("global.cfg"), GLOBAL).toString(),
                        "-f",
                        write(place.folder().resolve("haproxy.cfg"), config.apply(place))
                                .toString()));
    }

    /**
     * Starts it with a configuration, which has to bind the place's port at 127.0.0.1.
     *
     * @throws IOException if it does not start, with what it said
     */
    public static HaProxy start(Function<Place, String> config) throws IOException {
        return new HaProxy("http", config);
    }

    /** Starts it before one server, with the time limits of Debian's configuration. */
    public static HaProxy plain(URI upstream) throws IOException {
        return start(place -> """
                defaults
                    mode http
                    log global
                    option httplog
                    timeout connect 5000
                    timeout client 50000
                    timeout server 50000
                frontend public
                    bind 127.0.0.1:%d
                    default_backend nodes
                backend nodes
                    server node %s
                """.formatted(place.port(), upstream.getAuthority()));
    }

    /**
     * Starts it with the shipped configuration.
     *
     * @throws IOException if it does not start, with what it said
     */
    public static HaProxy shipped(Shipped how) throws IOException {
        Tls tls = how.tls();
        return new HaProxy(tls == null ? "http" : "https", place -> {
            String port = "bind 127.0.0.1:" + place.port();
            Shipped.Text config = how.open("haproxy/haproxy.cfg")
                    .repeat("127.0.0.1:8102", how.authorities())
                    // The test's own user runs it, and its log is what it prints.
                    .change("    log /dev/log local0\n    user haproxy\n    group haproxy\n", "")
                    // As many files as that may be open only where the system's administrator says so.
                    .change("maxconn 20000", "maxconn 2000");
            if (tls == null) {
                config.change("bind :80\n", port + "\n");
            } else {
                config.change("bind :80\n", "\n")
                        .uncomment("bind :443 ssl")
                        .change("bind :443", port)
                        .change(
                                "/etc/haproxy/certs/rowhound.example.pem",
                                tls.both().toString());
            }
            return how.around() + config;
        });
    }
}
