package dev.rowhound.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.config.JsonReader;
import dev.rowhound.config.Problems;
import dev.rowhound.crawl.browser.BrowserLimits;
import dev.rowhound.egress.EgressConfig;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CrawlConfigTest {
    private final Problems problems = new Problems("test");

    @Test
    void defaultsLookForEverything() {
        assertThat(read("{}"))
                .isEqualTo(new CrawlConfig(
                        null,
                        null,
                        CrawlConfig.Sandbox.AUTO,
                        true,
                        BrowserLimits.DEFAULT,
                        EgressConfig.DEFAULT,
                        Secrets.NONE));
        assertThat(read("{\"chromium\":null,\"node\":null}")).isEqualTo(CrawlConfig.DEFAULT);
        assertThat(problems.list()).isEmpty();
    }

    @Test
    void everyKeyIsRead() {
        CrawlConfig config = read("{\"chromium\":\"/c\",\"node\":\"/n\",\"sandbox\":\"off\",\"install\":false,"
                + "\"items_per_browser\":7,\"browser_memory_mb\":300,\"page_memory_mb\":200,\"keep_cache\":true}");
        assertThat(config)
                .isEqualTo(new CrawlConfig(
                        Path.of("/c"),
                        Path.of("/n"),
                        CrawlConfig.Sandbox.OFF,
                        false,
                        new BrowserLimits(7, 300, 200, true),
                        EgressConfig.DEFAULT,
                        Secrets.NONE));
        assertThat(config.sandboxed()).isFalse();
        assertThat(read("{\"sandbox\":\"on\"}").sandboxed()).isTrue();
        assertThat(problems.list()).isEmpty();
    }

    @Test
    void faultsAreTold() {
        read("{\"chromium\":\"\",\"sandbox\":\"of\",\"instal\":true,\"page_memory_mb\":1}");
        assertThat(problems.list())
                .extracting(Problems.Problem::path)
                .contains("chromium", "sandbox", "instal", "page_memory_mb");
    }

    private CrawlConfig read(String json) {
        JsonReader reader = new JsonReader(new JsonObject(json), problems);
        CrawlConfig config = CrawlConfig.from(reader);
        reader.end();
        return config;
    }
}
