package dev.trawl.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trawl.config.JsonReader;
import dev.trawl.config.Problems;
import dev.trawl.crawl.outbound.OutboundConfig;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CrawlConfigTest {
    private final Problems problems = new Problems("test");

    @Test
    void defaultsLookForEverything() {
        assertThat(read("{}"))
                .isEqualTo(new CrawlConfig(null, null, CrawlConfig.Sandbox.AUTO, true, OutboundConfig.DEFAULT));
        assertThat(read("{\"chromium\":null,\"node\":null}")).isEqualTo(CrawlConfig.DEFAULT);
        assertThat(problems.list()).isEmpty();
    }

    @Test
    void everyKeyIsRead() {
        CrawlConfig config = read("{\"chromium\":\"/c\",\"node\":\"/n\",\"sandbox\":\"off\",\"install\":false}");
        assertThat(config)
                .isEqualTo(new CrawlConfig(
                        Path.of("/c"), Path.of("/n"), CrawlConfig.Sandbox.OFF, false, OutboundConfig.DEFAULT));
        assertThat(config.sandboxed()).isFalse();
        assertThat(read("{\"sandbox\":\"on\"}").sandboxed()).isTrue();
        assertThat(problems.list()).isEmpty();
    }

    @Test
    void faultsAreTold() {
        read("{\"chromium\":\"\",\"sandbox\":\"of\",\"instal\":true}");
        assertThat(problems.list()).extracting(Problems.Problem::path).contains("chromium", "sandbox", "instal");
    }

    private CrawlConfig read(String json) {
        JsonReader reader = new JsonReader(new JsonObject(json), problems);
        CrawlConfig config = CrawlConfig.from(reader);
        reader.end();
        return config;
    }
}
