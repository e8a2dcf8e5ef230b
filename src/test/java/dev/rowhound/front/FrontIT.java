package dev.rowhound.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The front ends that the other tests stand behind do start, serve, say why they do not, and go. */
class FrontIT {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static HttpServer upstream;

    /** Starts one front end before a server. */
    private interface Starter {
        Front start(URI upstream) throws IOException;
    }

    @BeforeAll
    static void start() throws IOException {
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.createContext("/", exchange -> {
            byte[] body = exchange.getRequestURI().toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        upstream.start();
    }

    @AfterAll
    static void stop() {
        upstream.stop(0);
    }

    private static void servesAndGoes(Starter starter) throws Exception {
        Path folder;
        HttpRequest request;
        try (Front front = starter.start(
                URI.create("http://127.0.0.1:" + upstream.getAddress().getPort()))) {
            folder = front.place().folder();
            request = HttpRequest.newBuilder(front.uri().resolve("/a/b?c=d")).build();
            HttpResponse<String> answer = CLIENT.send(request, BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(front.errors()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("/a/b?c=d");
        }
        assertThat(folder).doesNotExist();
        assertThatThrownBy(() -> CLIENT.send(request, BodyHandlers.ofString())).isInstanceOf(ConnectException.class);
    }

    @Test
    void nginxServes() throws Exception {
        servesAndGoes(Nginx::plain);
    }

    @Test
    void apacheServes() throws Exception {
        servesAndGoes(Apache::plain);
    }

    @Test
    void haProxyServes() throws Exception {
        servesAndGoes(HaProxy::plain);
    }

    @Test
    void aWrongSettingIsShown() {
        assertThatThrownBy(() -> Nginx.start(place -> "no_such_setting on;")).hasMessageContaining("no_such_setting");
        assertThatThrownBy(() -> Apache.start(place -> "NoSuchSetting On")).hasMessageContaining("NoSuchSetting");
        assertThatThrownBy(() -> HaProxy.start(place -> "no-such-section")).hasMessageContaining("no-such-section");
    }
}
