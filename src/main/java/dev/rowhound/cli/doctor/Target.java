package dev.rowhound.cli.doctor;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.security.GeneralSecurityException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** The deployment that is checked, and the clients to ask it with. */
final class Target {
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final URI base;
    private final SSLContext tls;
    private final HttpClient http;
    private final HttpClient http2;

    private Target(URI base, SSLContext tls) {
        this.base = base;
        this.tls = tls;
        this.http = client(tls, HttpClient.Version.HTTP_1_1);
        this.http2 = client(tls, HttpClient.Version.HTTP_2);
    }

    /** The deployment at that address, such as {@code https://rowhound.example}; a path is kept as a prefix. */
    static Target of(URI address) {
        String text = address.toString();
        URI base = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        try {
            return new Target(base, SSLContext.getDefault());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }

    /** The same one, its certificate taken as it is: for going on after it was found wanting. */
    Target trustingAnyone() {
        try {
            SSLContext blind = SSLContext.getInstance("TLS");
            blind.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
            return new Target(base, blind);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }

    private static HttpClient client(SSLContext tls, HttpClient.Version version) {
        return HttpClient.newBuilder()
                .version(version)
                .sslContext(tls)
                .connectTimeout(CONNECT)
                .build();
    }

    URI base() {
        return base;
    }

    boolean secure() {
        return "https".equals(base.getScheme());
    }

    private int port() {
        return base.getPort() > 0 ? base.getPort() : secure() ? 443 : 80;
    }

    /** A connection for what is written and read byte by byte. */
    Socket connect() throws IOException {
        Socket plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(base.getHost(), port()), (int) CONNECT.toMillis());
            if (!secure()) {
                return plain;
            }
            SSLSocket secure = (SSLSocket) tls.getSocketFactory().createSocket(plain, base.getHost(), port(), true);
            SSLParameters parameters = secure.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secure.setSSLParameters(parameters);
            secure.startHandshake();
            return secure;
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    /** Speaks HTTP/1.1 whatever is offered. */
    HttpClient http() {
        return http;
    }

    /** Speaks HTTP/2 where it is offered. */
    HttpClient http2() {
        return http2;
    }

    /** An address of the probe, such as {@code events?seconds=1}. */
    URI probe(String path) {
        return URI.create(base + "/api/v1/probe/" + path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(probe(path)).header("User-Agent", "rowhound-doctor");
    }
}
