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

/** The deployment to check, with HTTP clients for it. */
final class Target {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

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

    /** Creates a target for an address such as {@code https://rowhound.example}; a path is kept as a prefix. */
    static Target of(URI address) {
        String text = address.toString();
        URI base = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        try {
            return new Target(base, SSLContext.getDefault());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }

    /** Returns a copy that accepts any certificate, to continue the checks after an invalid certificate was found. */
    Target trustingAnyone() {
        try {
            SSLContext trustAll = SSLContext.getInstance("TLS");
            trustAll.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
            return new Target(base, trustAll);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }

    private static HttpClient client(SSLContext tls, HttpClient.Version version) {
        return HttpClient.newBuilder()
                .version(version)
                .sslContext(tls)
                .connectTimeout(CONNECT_TIMEOUT)
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

    /** Opens a raw connection, with TLS if the address has the scheme {@code https}. */
    Socket connect() throws IOException {
        Socket plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(base.getHost(), port()), (int) CONNECT_TIMEOUT.toMillis());
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

    /** A client that always uses HTTP/1.1. */
    HttpClient http() {
        return http;
    }

    /** A client that uses HTTP/2 if the server supports it. */
    HttpClient http2() {
        return http2;
    }

    /** The URL of a probe such as {@code events?seconds=1}. */
    URI probe(String path) {
        return URI.create(base + "/api/v1/probe/" + path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(probe(path)).header("User-Agent", "rowhound-doctor");
    }
}
