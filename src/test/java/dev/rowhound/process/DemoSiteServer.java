package dev.rowhound.process;

import dev.rowhound.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The demo site as a process of its own, so that it outlives the nodes that the tests kill. */
final class DemoSiteServer implements AutoCloseable {
    private static final Pattern DIGIT = Pattern.compile(">([0-9])</text>");

    private final RowhoundProcess process;
    private final URI address;

    private DemoSiteServer(RowhoundProcess process, URI address) {
        this.process = process;
        this.address = address;
    }

    /** Returns when the site answers. */
    static DemoSiteServer start(Path folder) throws Exception {
        int port = RowhoundProcess.freePort();
        // A test run that is itself killed leaves a site that ends before long.
        RowhoundProcess process = RowhoundProcess.start(
                folder, List.of("-Xmx128m"), List.of("demo-site", "--port=" + port, "--idle-minutes=2"));
        DemoSiteServer site = new DemoSiteServer(process, URI.create("http://127.0.0.1:" + port));
        try {
            Await.until("the demo site answers\n" + process.err(), Duration.ofSeconds(30), site::answers);
        } catch (Exception | AssertionError e) {
            site.close();
            throw e;
        }
        return site;
    }

    /** Without a slash at the end. */
    URI address() {
        return address;
    }

    /** The digits of the captcha that was shown last, as a person reads them. */
    String captcha() throws Exception {
        String svg = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(address.resolve("/practice/captcha/last.svg"))
                                .build(),
                        BodyHandlers.ofString())
                .body();
        return DIGIT.matcher(svg).results().map(digit -> digit.group(1)).collect(Collectors.joining());
    }

    @Override
    public void close() throws InterruptedException {
        process.close();
    }

    private boolean answers() throws InterruptedException {
        if (!process.isAlive()) {
            throw new AssertionError("the demo site has ended: " + process.err());
        }
        try {
            return HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(address.resolve("/healthz"))
                                            .build(),
                                    BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
