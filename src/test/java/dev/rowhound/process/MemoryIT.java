package dev.rowhound.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file of 50 MB does not become 50 MB of heap, and its first row does not wait for its last one. */
class MemoryIT {
    private static final int MILLION = 1_000_000;

    @TempDir
    Path folder;

    @Test
    void aMillionRowsGoThroughANodeWith256MegabytesOfHeap() throws Exception {
        try (DemoSiteServer site = DemoSiteServer.start(Files.createDirectory(folder.resolve("site")))) {
            ServedNode.writeRecipe(folder, site.address(), 7000, 3);
            try (ServedNode node =
                    ServedNode.start(folder, "256m", Map.of("worker.slots", "1", "queue.upload_lease_ms", "60000"))) {
                String job = UUID.randomUUID().toString();
                CompanyRows rows = new CompanyRows(MILLION);

                HttpResponse<String> answer = node.upload(job, BodyPublishers.ofInputStream(() -> rows))
                        .get(120, TimeUnit.SECONDS);
                Instant answered = Instant.now();

                assertThat(rows.bytesRead()).isBetween(48_000_000L, 60_000_000L);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
                assertThat(new JsonObject(answer.body()).getInteger("total")).isEqualTo(MILLION);
                try (Watcher watcher = Watcher.of(node, job)) {
                    watcher.await(Duration.ofSeconds(10), "the first row is looked up", MemoryIT::isStart);
                    Instant firstStart = watcher.events().stream()
                            .filter(MemoryIT::isStart)
                            .map(event -> Instant.parse(event.getString("at")))
                            .findFirst()
                            .orElseThrow();
                    assertThat(firstStart).isBefore(answered);
                    assertThat(watcher.events())
                            .as("rows that were looked up while others still came")
                            .anyMatch(event -> isStart(event)
                                    && event.getJsonObject("counters").getValue("total") == null);

                    long asked = System.nanoTime();
                    assertThat(node.cancel(job).statusCode()).isEqualTo(200);
                    assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(1));
                    watcher.awaitEnd(Duration.ofSeconds(10));
                }
                try (Stream<String> lines = node.results(job)) {
                    assertThat(lines.count()).as("lines, the header among them").isEqualTo(MILLION + 1L);
                }
                assertThat(node.job(job).getJsonObject("counters").getInteger("cancelled"))
                        .isGreaterThan(MILLION - 10_000);
                assertThat(node.process().isAlive()).isTrue();
                assertThat(node.process().err()).doesNotContain("OutOfMemoryError", "ERROR");
            }
        }
    }

    private static boolean isStart(JsonObject event) {
        return event.getString("type").equals("item.started");
    }
}
