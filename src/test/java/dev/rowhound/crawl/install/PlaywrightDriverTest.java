package dev.rowhound.crawl.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlaywrightDriverTest {
    @TempDir
    private Path data;

    @Test
    void isUnpackedOnceAndWhole() throws IOException {
        PlaywrightDriver driver = prepare();
        Path entry = driver.folder().resolve("package/cli.js");
        assertThat(driver.folder().getParent()).isEqualTo(data.resolve("driver"));
        assertThat(driver.folder().getFileName().toString()).startsWith("1.62.");
        assertThat(driver.folder().resolve("package/lib/coreBundle.js")).isNotEmptyFile();
        FileTime before = Files.getLastModifiedTime(entry);
        assertThat(prepare()).isEqualTo(driver);
        assertThat(Files.getLastModifiedTime(entry)).isEqualTo(before);
        assertThat(Command.run(driver.commandLine("--version"), Map.of(), Duration.ofSeconds(30))
                        .output())
                .startsWith("Version 1.62.");
        Files.delete(entry);
        prepare();
        assertThat(entry).isRegularFile();
    }

    @Test
    void severalMayUnpackItAtOnce() throws IOException {
        List<CompletableFuture<PlaywrightDriver>> racers = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.supplyAsync(this::prepare))
                .toList();
        assertThat(racers.stream().map(CompletableFuture::join).distinct()).hasSize(1);
        assertThat(racers.get(0).join().folder().resolve("package/cli.js")).isRegularFile();
        try (Stream<Path> left = Files.list(data.resolve("tmp"))) {
            assertThat(left).isEmpty();
        }
        try (Stream<Path> versions = Files.list(data.resolve("driver"))) {
            assertThat(versions.filter(Files::isDirectory)).hasSize(1);
        }
    }

    private PlaywrightDriver prepare() {
        return PlaywrightDriver.prepare(null, System.getenv(), data);
    }
}
