package dev.rowhound.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.rowhound.crawl.CrawlConfig.Sandbox;
import dev.rowhound.crawl.browser.BrowserLimits;
import dev.rowhound.crawl.install.BrowserSetup;
import dev.rowhound.crawl.install.FakePrograms;
import dev.rowhound.egress.EgressConfig;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Who runs Chromium without its sandbox is warned, once. */
class SandboxWarningTest {
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(BrowserSetup.class);

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(log);
    }

    private List<String> warnings(Sandbox sandbox, Path folder) {
        CrawlConfig config = new CrawlConfig(
                FakePrograms.write(folder.resolve("chromium"), "exit 0"),
                FakePrograms.version(folder.resolve("node"), "v20.11.0"),
                sandbox,
                false,
                BrowserLimits.DEFAULT,
                EgressConfig.DEFAULT,
                Secrets.NONE);
        try (CrawlEngine engine = new CrawlEngine(config, folder.resolve("data"))) {
            for (int slot = 0; slot < 3; slot++) {
                engine.prepare(sentence -> {});
            }
        }
        return log.list.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Test
    void warnsOnceHoweverManySlotsTakeTheBrowser(@TempDir Path folder) {
        assertThat(warnings(Sandbox.OFF, folder))
                .singleElement()
                .asString()
                .startsWith("Chromium runs without its sandbox")
                .contains("crawl.sandbox");
    }

    @Test
    void saysNothingWhereTheSandboxIsOn(@TempDir Path folder) {
        assertThat(warnings(Sandbox.ON, folder)).isEmpty();
    }
}
