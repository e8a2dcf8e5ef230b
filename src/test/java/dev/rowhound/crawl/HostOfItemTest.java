package dev.rowhound.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.job.ItemInput;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostOfItemTest {
    @ParameterizedTest
    @CsvSource({
        "https://example.org:8443/{key}, x, example.org:8443",
        "https://{key}.example.org/, North, north.example.org",
        "'http://{key}:{port}/', example.org, example.org:81",
        "'http://{+key}/', 'user@example.org:80/path', example.org",
        "'https://{none}/', x, ''",
        "'{+key}', 'file:///etc/passwd', ''",
    })
    void theHostOfAnItem(String template, String key, String host) {
        ItemInput input = new ItemInput("job", 1, key, Map.of("port", "81"));

        assertThat(CrawlEngine.hostOf(TestRecipe.at(template).build(), input)).isEqualTo(host);
    }
}
