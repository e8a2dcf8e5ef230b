package dev.rowhound.front;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Debian's Apache httpd, with the modules that Debian enables and those that a proxy needs. */
public final class Apache extends Front {
    private static final Path MODULES = Path.of("/usr/lib/apache2/modules");

    /** Those that Debian enables, as far as they matter here. */
    private static final List<String> ENABLED =
            List.of("mpm_event", "authz_core", "authz_host", "deflate", "env", "filter", "reqtimeout", "setenvif");

    private static final Pattern TO_ENABLE = Pattern.compile("a2enmod ([a-z0-9_ ]+?) *(?:&&|\\))");

    private Apache(String scheme, Function<Place, String> site) throws IOException {
        super(
                scheme,
                place -> List.of(
                        FrontPrograms.require("apache2").toString(),
                        "-f",
                        write(place.folder().resolve("apache2.conf"), main(place, site.apply(place)))
                                .toString(),
                        "-D",
                        "FOREGROUND"));
    }

    /**
     * Starts it with a site, which is what stands in a file of {@code sites-enabled}; the place's port is listened on.
     * All that the site leaves open is as Debian has it by default. The modules that a comment of it names behind
     * {@code a2enmod} are there beside those that Debian enables.
     *
     * @throws IOException if it does not start, with what it said
     */
    public static Apache start(Function<Place, String> site) throws IOException {
        return new Apache("http", site);
    }

    /** Starts it before one server with no setting but the address: everything else is Apache's default. */
    public static Apache plain(URI upstream) throws IOException {
        return start(place -> "# a2enmod proxy proxy_http &&\nProxyPass / " + upstream + "/\n");
    }

    /**
     * Starts it with the shipped site.
     *
     * @throws IOException if it does not start, with what it said
     */
    public static Apache shipped(Shipped how) throws IOException {
        Tls tls = how.tls();
        return new Apache(tls == null ? "http" : "https", place -> {
            Shipped.Text site = how.open("apache/rowhound.conf")
                    .repeat("127.0.0.1:8102", how.authorities())
                    .change("<VirtualHost *:80>", "<VirtualHost *:" + place.port() + ">");
            if (tls != null) {
                site.uncomment("Protocols h2 http/1.1")
                        .uncomment("SSLEngine on")
                        .uncomment("SSLCertificateFile ")
                        .uncomment("SSLCertificateKeyFile ")
                        .change(
                                "/etc/letsencrypt/live/rowhound.example/fullchain.pem",
                                tls.certificate().toString())
                        .change(
                                "/etc/letsencrypt/live/rowhound.example/privkey.pem",
                                tls.key().toString());
            }
            return how.around() + site;
        });
    }

    private static String main(Place place, String site) {
        String modules = modules(site)
                .map(name -> "LoadModule " + name + "_module " + MODULES.resolve("mod_" + name + ".so"))
                .collect(Collectors.joining("\n"));
        return """
                %s
                ServerRoot %s
                DefaultRuntimeDir .
                PidFile apache2.pid
                ServerName localhost
                ErrorLog error.log
                LogLevel info
                Listen 127.0.0.1:%d
                # What Debian sets for all sites.
                Timeout 300
                RequestReadTimeout header=20-40,minrate=500
                RequestReadTimeout body=10,minrate=500
                AddOutputFilterByType DEFLATE text/html text/plain text/xml text/css text/javascript application/javascript
                %s
                """.formatted(
                                modules,
                                place.folder(),
                                place.port(),
                                // Apache does not serve as root.
                                root() ? "User www-data\nGroup www-data" : "")
                + site;
    }

    private static Stream<String> modules(String site) {
        Stream<String> named = TO_ENABLE
                .matcher(site)
                .results()
                .flatMap(found -> Stream.of(found.group(1).split(" ")))
                // a2enmod enables what these need.
                .flatMap(name -> switch (name) {
                    case "proxy_balancer" -> Stream.of("slotmem_shm", name);
                    case "ssl" -> Stream.of("socache_shmcb", name);
                    default -> Stream.of(name);
                });
        return Stream.concat(ENABLED.stream(), named).distinct();
    }
}
