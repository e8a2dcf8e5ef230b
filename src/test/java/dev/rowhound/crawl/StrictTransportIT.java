package dev.rowhound.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsServer;
import dev.rowhound.crawl.browser.BrowserLimits;
import dev.rowhound.crawl.browser.BrowserSupervisor;
import dev.rowhound.crawl.install.BrowserSetup;
import dev.rowhound.crawl.install.FakePrograms;
import dev.rowhound.egress.Egress;
import dev.rowhound.egress.EgressConfig;
import dev.rowhound.egress.TestCertificate;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.Processor;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a site asks for by {@code Strict-Transport-Security} is cleared together with the HTTP cache, and outlives an
 * item only where the cache does.
 */
class StrictTransportIT {
    private static final String HOST = "tls.example";

    @TempDir
    private static Path data;

    private static TestCertificate certificate;
    private String address;

    @BeforeAll
    static void make() throws Exception {
        certificate = TestCertificate.create(data);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theNextItemIsLedToTlsOnlyWhereTheCacheIsKept(boolean keepsCache) throws Exception {
        HttpsServer tls = certificate.server("<div class=found id=name>over TLS</div>");
        tls.createContext("/strict", exchange -> {
            exchange.getResponseHeaders().set("Strict-Transport-Security", "max-age=31536000");
            Site.send(exchange, 200, "<div class=found id=name>strict</div>");
            exchange.close();
        });
        try (Egress egress = Egress.open(
                        EgressConfig.DEFAULT.allowing(HOST + ":*"), name -> List.of(InetAddress.getLoopbackAddress()));
                Processor processor = TestConfig.processor(
                        new BrowserSupervisor(
                                trusting(), BrowserLimits.DEFAULT.withKeepCache(keepsCache), egress.browserProxy()),
                        job -> TestRecipe.at(address).build(),
                        egress)) {
            String host = "://" + HOST + ":" + tls.getAddress().getPort();
            // That port answers by TLS only.
            assertThat(found(processor, "http" + host + "/")).isFalse();
            assertThat(found(processor, "https" + host + "/strict")).isTrue();

            assertThat(found(processor, "http" + host + "/")).isEqualTo(keepsCache);
        } finally {
            tls.stop(0);
        }
    }

    /** A browser that trusts the certificate, besides all that it is started with. */
    private static BrowserSetup trusting() throws Exception {
        boolean root = CrawlConfig.runsAsRoot();
        BrowserSetup setup =
                BrowserSetup.find(new BrowserSetup.Requirements(null, null, !root, true, root), data, sentence -> {});
        Path trusting = FakePrograms.write(
                data.resolve(setup.executable().getFileName()),
                "exec '" + setup.executable() + "' --ignore-certificate-errors-spki-list=" + certificate.keyHash()
                        + " \"$@\"");
        return new BrowserSetup(setup.driver(), trusting, setup.sandboxed(), data);
    }

    private boolean found(Processor processor, String at) throws Exception {
        address = at;
        ItemResult result =
                processor.process(new ItemInput("job", 1, "x", Map.of()), new RecordingContext(60_000, step -> {}));
        assertThat(result.state()).as(() -> String.valueOf(result.error())).isIn(ItemState.FOUND, ItemState.FAILED);
        if (result.error() != null) {
            assertThat(result.error().code()).isEqualTo(ErrorCode.NAVIGATION);
        }
        return result.state() == ItemState.FOUND;
    }
}
