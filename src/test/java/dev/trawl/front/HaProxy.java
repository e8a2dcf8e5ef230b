package dev.trawl.front;

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

    private HaProxy(Function<Place, String> config) throws IOException {
        super(place -> List.of(
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
        return new HaProxy(config);
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
}
