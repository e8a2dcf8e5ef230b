package dev.rowhound.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A job's size matters neither to the memory of the node that compacts it, nor, once that is done, much to the store's. */
@ExtendWith(TestRedis.Extension.class)
class CompactionMemoryIT {
    private static final int CHUNK = 500;

    /** What a finished job of BullMQ was measured to keep in Redis. */
    private static final int PEER_BYTES = 1185;

    private final TestRedis store;
    private final TestQueue queue;

    @TempDir
    Path folder;

    CompactionMemoryIT(TestRedis store) {
        this.store = store;
        this.queue = new TestQueue(store);
    }

    @Test
    void aJobOfManyRows() throws Exception {
        compact(50_000, "40m");
    }

    @Test
    @Tag("full")
    void aJobOfAMillionRows() throws Exception {
        compact(1_000_000, "64m");
    }

    private void compact(int rows, String heap) throws Exception {
        long empty = memory();
        String job = completed(rows);
        long full = memory();
        String before = ResultsDigest.of(queue.items, queue.find(job));

        assertThat(run(heap, job)).isEqualTo("COMPACTED " + rows + " " + before);

        long compacted = memory();
        System.out.printf(
                "%,d rows with a heap of %s; bytes of Redis a row: %d finished, %d compacted; of the file: %.1f%n",
                rows,
                heap,
                (full - empty) / rows,
                (compacted - empty) / rows,
                (double) queue.artifacts.size(
                                job,
                                new TestFiles(queue.artifacts, job).segments().get(0))
                        / rows);
        assertThat((compacted - empty) / rows).isLessThan(PEER_BYTES / 5).isLessThan((full - empty) / 4);
        assertThat(ResultsDigest.of(queue.items, queue.find(job))).isEqualTo(before);
    }

    private long memory() throws Exception {
        // What was unlinked is freed in the background.
        TimeUnit.SECONDS.sleep(2);
        return Long.parseLong(Await.result(store.connector().info("memory")).getString("used_memory"));
    }

    /** A job with that many results; all but the last written as the scripts write them, which would take minutes. */
    private String completed(int rows) {
        TestUpload upload = queue.receiving();
        for (int from = 1; from <= rows; from += CHUNK) {
            upload.append(IntStream.range(from, from + CHUNK)
                    .mapToObj(row -> String.valueOf(100_000_000 + row))
                    .toArray(String[]::new));
        }
        Keys.Job keys = Keys.job(upload.job());
        store.send(Command.SETRANGE, keys.states(), 0, "f".repeat(rows - 1));
        store.send(Command.HSET, keys.meta(), "c:f", rows - 1, "next", rows);
        for (int from = 1; from < rows; from += CHUNK) {
            Request results = Request.cmd(Command.HSET).arg(keys.results());
            for (int row = from; row < Math.min(from + CHUNK, rows); row++) {
                JsonObject fields = new JsonObject()
                        .put("name", "Công ty trách nhiệm hữu hạn số " + row * 7919L % 1_000_003)
                        .put("address", row * 31L % 977 + " đường Nguyễn Huệ");
                results.arg(row)
                        .arg(row + "-node1-0a1b2c3d|1|"
                                + new JsonObject()
                                        .put("fields", fields)
                                        .put("attempts", 1)
                                        .encode());
            }
            Await.result(store.connector().send(results));
        }
        String job = upload.seal();
        queue.end(queue.claim(job));
        return job;
    }

    private String run(String heap, String job) throws Exception {
        Path out = folder.resolve("out.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + heap,
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CompactionProgram.class.getName(),
                        store.url(),
                        store.artifactFolder().toString(),
                        job)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        if (!process.waitFor(8, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        return Files.readString(out).strip();
    }
}
