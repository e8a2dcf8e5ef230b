package dev.rowhound.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that is asked to stop in the middle of a job stops in order, and the job goes on at the next start. */
class StopIT {
    private static final Duration A_WHILE = Duration.ofSeconds(60);

    /** The row that the site never answers, so that it is being looked up when the node is asked to stop. */
    private static final String SILENT = "9900000030";

    private static final int STOP_MILLIS = 1000;

    private static final int ATTEMPTS = 2;

    /** What a JVM ends with on SIGTERM. */
    private static final int TERMINATED = 143;

    @TempDir
    Path folder;

    private ServedNode latest;

    @AfterEach
    void endNode() throws Exception {
        if (latest != null) {
            latest.close();
        }
    }

    @Test
    void sigtermGivesRunningRowsBackAndTheNextStartEndsTheJob() throws Exception {
        Sample sample = Sample.of(24, note -> note.equals("never answers") || note.equals("repeat"));
        try (DemoSiteServer site = DemoSiteServer.start(Files.createDirectory(folder.resolve("site")))) {
            ServedNode.writeRecipe(folder, site.address(), 3500, ATTEMPTS);
            ServedNode first = start(Map.of());
            String job = first.upload(sample.write(folder.resolve("rows.csv")));
            try (Watcher watcher = Watcher.of(first, job)) {
                watcher.await(A_WHILE, "the silent row is looked up", StopIT::isSilentStart);

                Family children = Family.of(first.process().handle());
                first.process().terminate();
                assertThat(first.process().exitCode(Duration.ofMillis(STOP_MILLIS + 6000)))
                        .isEqualTo(TERMINATED);

                assertThat(children.survivors()).isEmpty();
                assertThat(first.process().out()).endsWith("Stopping\n");
                assertThat(first.process().err().lines())
                        .filteredOn(line -> !line.contains("runs without its sandbox"))
                        .noneMatch(line -> line.matches(".* (WARN|ERROR) .*"));
                Await.until("the stream ends", A_WHILE, () -> watcher.endsInOrder() + watcher.cuts() > 0);
                assertThat(watcher.cuts()).as("streams that were cut").isZero();
                // The first at once; a watcher that came back to the node while it still worked was ended again.
                assertThat(watcher.endsInOrder()).as("streams that were ended").isBetween(1, 2);
                assertThat(first.temporaryFiles()).isEmpty();

                try (ServedNode second = start(
                        Map.of("http.port", Integer.toString(first.address().getPort())))) {
                    // No lease has run out by then: what was running has been given back.
                    watcher.awaitEnd(A_WHILE);
                    assertWhole(sample, second, job, watcher.events());
                }
            }
        }
        assertThat(ServedNode.names(folder.resolve("tmp"))).isEmpty();
    }

    private ServedNode start(Map<String, String> more) throws Exception {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("worker.stop_ms", Integer.toString(STOP_MILLIS));
        settings.put("queue.lease_ms", Long.toString(Duration.ofMinutes(5).toMillis()));
        latest = ServedNode.start(folder, "256m", settings);
        return latest;
    }

    private static void assertWhole(Sample sample, ServedNode node, String job, List<JsonObject> events)
            throws Exception {
        assertThat(events)
                .extracting(event -> event.getInteger("seq"))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, events.size()).boxed().toList());
        assertThat(Sample.results(node.results(job).collect(Collectors.joining("\n"))))
                .containsExactlyElementsOf(sample.expected());
        assertThat(node.job(job).getString("state")).isEqualTo("completed");
        // A row that was given back has not been attempted: it has all its attempts before it.
        assertThat(events).filteredOn(StopIT::isSilentStart).hasSize(1 + ATTEMPTS);
        assertThat(events)
                .filteredOn(event -> event.getString("type").equals("item.ended")
                        && event.getString("key").equals(SILENT))
                .singleElement()
                .satisfies(event -> assertThat(event.getInteger("attempts")).isEqualTo(ATTEMPTS));
    }

    private static boolean isSilentStart(JsonObject event) {
        return event.getString("type").equals("item.started")
                && event.getString("key").equals(SILENT);
    }
}
