package dev.rowhound.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.TestNode;
import dev.rowhound.front.Apache;
import dev.rowhound.front.Front;
import dev.rowhound.front.HaProxy;
import dev.rowhound.front.Kind;
import dev.rowhound.front.Nginx;
import dev.rowhound.front.Shipped;
import dev.rowhound.front.Tls;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** Through the real front ends: the doctor names what their defaults do, and finds nothing behind the shipped files. */
@Timeout(value = 150, threadMode = ThreadMode.SEPARATE_THREAD)
class DoctorFrontIT {
    private static final int SILENCE = 8;

    private static TestNode node;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start(Map.of(
                "roles", "web",
                "http.heartbeat_ms", "4000",
                "http.max_upload_bytes", String.valueOf(3 << 20),
                "probe.per_minute", "100000",
                "probe.at_once", "1000"));
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    private interface Starter {
        Front start() throws Exception;
    }

    /** A front end, what is to be found behind it, and of which proxy the doctor has to speak. */
    private record Case(String name, Starter front, int silence, Set<Fault> findings, Set<ProxyKind> proxies) {
        Examination.Asking asking() {
            return () -> {
                try (Front started = front.start()) {
                    return Examination.of(started.uri(), silence);
                }
            };
        }

        void check(Report report) {
            assertThat(Examination.findings(report))
                    .as(Examination.tell(report))
                    .isEqualTo(findings);
            assertThat(report.proxies()).isEqualTo(proxies);
        }
    }

    /** nginx with its defaults, but for the time that it waits and what else is said. */
    private static Starter nginx(String settings) {
        return () -> Nginx.start(place -> """
                server {
                    listen 127.0.0.1:%d;
                    proxy_read_timeout 5s;
                    location / {
                        proxy_pass %s;
                        %s
                    }
                }
                """.formatted(place.port(), node.address(), settings));
    }

    private static final Set<ProxyKind> NGINX = Set.of(ProxyKind.NGINX);
    private static final Set<ProxyKind> APACHE = Set.of(ProxyKind.APACHE);

    @TestFactory
    Stream<DynamicTest> findsWhatIsThere() {
        List<Case> cases = List.of(
                new Case(
                        "shipped nginx",
                        () -> Kind.NGINX.shipped(Shipped.before(node.address())),
                        SILENCE,
                        Set.of(),
                        NGINX),
                new Case(
                        "shipped Apache",
                        () -> Kind.APACHE.shipped(Shipped.before(node.address())),
                        SILENCE,
                        Set.of(),
                        APACHE),
                new Case(
                        "shipped HAProxy",
                        () -> Kind.HAPROXY.shipped(Shipped.before(node.address())),
                        SILENCE,
                        Set.of(),
                        Set.of()),
                new Case(
                        "shipped nginx over TLS that nobody trusts",
                        () -> Kind.NGINX.shipped(Shipped.before(node.address()).encrypted(Tls.make(folder))),
                        0,
                        Set.of(Fault.TLS),
                        NGINX),
                new Case(
                        "nginx's defaults",
                        nginx(""),
                        SILENCE,
                        Set.of(Fault.OLD_HTTP, Fault.NO_WEBSOCKET, Fault.IDLE_CUT, Fault.UPLOAD_LIMIT),
                        NGINX),
                new Case(
                        "nginx's defaults where X-Accel-Buffering is ignored",
                        nginx("proxy_ignore_headers X-Accel-Buffering;"),
                        0,
                        Set.of(
                                Fault.OLD_HTTP,
                                Fault.NO_WEBSOCKET,
                                Fault.LATE_FIRST_BYTE,
                                Fault.BUFFERED,
                                Fault.UPLOAD_LIMIT),
                        NGINX),
                new Case(
                        "nginx's defaults with gzip on",
                        nginx("gzip on; gzip_types *;"),
                        0,
                        Set.of(Fault.OLD_HTTP, Fault.NO_WEBSOCKET, Fault.COMPRESSED, Fault.UPLOAD_LIMIT),
                        NGINX),
                new Case(
                        "Apache's defaults",
                        () -> Apache.start(place ->
                                "# a2enmod proxy proxy_http &&\nProxyTimeout 5\nProxyPass / " + node.address() + "/\n"),
                        SILENCE,
                        Set.of(Fault.NO_WEBSOCKET, Fault.IDLE_CUT),
                        APACHE),
                new Case(
                        "HAProxy's defaults",
                        () -> HaProxy.start(place ->
                                """
                                defaults
                                    mode http
                                    timeout connect 5s
                                    timeout client 5s
                                    timeout server 5s
                                listen public
                                    bind 127.0.0.1:%d
                                    server node %s
                                """.formatted(place.port(), node.address().getAuthority())),
                        SILENCE,
                        Set.of(Fault.IDLE_CUT, Fault.SOCKET_IDLE_CUT),
                        Set.of()));
        return Examination.sideBySide(cases, Case::name, Case::asking, Case::check);
    }

    /** With nginx's own minute. */
    @TestFactory
    @Tag("full")
    Stream<DynamicTest> findsNginxsMinute() {
        List<Case> cases = List.of(new Case(
                "nginx as it comes",
                () -> Nginx.plain(node.address()),
                65,
                Set.of(Fault.OLD_HTTP, Fault.NO_WEBSOCKET, Fault.IDLE_CUT, Fault.UPLOAD_LIMIT),
                NGINX));
        return Examination.sideBySide(cases, Case::name, Case::asking, (one, report) -> {
            one.check(report);
            assertThat(report.results())
                    .filteredOn(result -> result.check().equals("idle_stream"))
                    .extracting(CheckResult::sentence)
                    .first()
                    .asString()
                    .containsPattern("cut after 6[01]\\.\\d s without data");
        });
    }
}
