package dev.rowhound.queue;

import dev.rowhound.Await;
import dev.rowhound.job.Row;
import dev.rowhound.job.RowChunk;
import dev.rowhound.job.WorkKind.Specification;
import dev.rowhound.queue.job.NewJob;
import dev.rowhound.queue.job.Uploads;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** An upload that fills a job, chunk by chunk, as the intake does. */
public final class TestUpload {
    private final TestQueue queue;
    private final Map<String, Integer> firstRows = new HashMap<>();
    private final Uploads.Upload right = Uploads.upload(UUID.randomUUID().toString());
    private int chunks;
    private int rows;

    public TestUpload(TestQueue queue, String user) {
        this(queue, user, NewJob.Pace.DEFAULT, NewJob.Halts.NEVER);
    }

    TestUpload(TestQueue queue, String user, NewJob.Pace pace, NewJob.Halts halts) {
        this.queue = queue;
        Await.result(queue.uploads.open(right, newJob(right.job(), user, pace, halts)));
    }

    static NewJob newJob(String id, String user) {
        return newJob(id, user, NewJob.Pace.DEFAULT, NewJob.Halts.NEVER);
    }

    private static NewJob newJob(String id, String user, NewJob.Pace pace, NewJob.Halts halts) {
        return new NewJob(
                id,
                user,
                new Specification(
                        new JsonObject().put("name", "companies"), "companies", 4, () -> "code", List.of("name"), 0),
                "codes.csv",
                List.of("code", "note"),
                0,
                new NewJob.HeaderFinding(true, true),
                "fingerprint-1",
                Duration.ofHours(1),
                pace,
                halts,
                null);
    }

    /** The right to fill the job. */
    Uploads.Upload right() {
        return right;
    }

    /** The job's id. */
    public String job() {
        return right.job();
    }

    /** How many rows have been appended. */
    int rows() {
        return rows;
    }

    /** The next chunk. A key that came before is an alias; one that begins with {@code !} is refused. */
    RowChunk chunk(String... keys) {
        List<Row> list = new ArrayList<>();
        for (String key : keys) {
            rows++;
            boolean refused = key.startsWith("!");
            int first = refused ? rows : firstRows.computeIfAbsent(key, none -> rows);
            list.add(new Row(
                    rows,
                    key,
                    first == rows ? 0 : first,
                    refused ? "\"" + key + "\" is no code" : null,
                    List.of(key, "note " + rows)));
        }
        return new RowChunk(chunks++, list);
    }

    /** Appends the next chunk. */
    public TestUpload append(String... keys) {
        Await.result(queue.uploads.append(right, chunk(keys)));
        return this;
    }

    /** Says that all rows are there; answers the job's id. */
    public String seal() {
        Await.result(queue.uploads.seal(right, rows, "digest-1"));
        return right.job();
    }
}
