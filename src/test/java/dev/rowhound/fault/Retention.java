package dev.rowhound.fault;

import dev.rowhound.Await;
import dev.rowhound.fault.Workload.Mix;
import dev.rowhound.redis.Keys;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** An ended job's keys go together once its time is over, those of an open one never, and the memory comes back. */
final class Retention {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int WARM_UP_ROWS = 300;
    private static final int ROWS = 4000;

    /** What the server's memory may differ by for other reasons: buffers of connections, an entry in an index. */
    private static final long SLACK_BYTES = 300_000;

    private Retention() {}

    static void check(Cluster cluster, Path reports) throws Exception {
        cluster.awaitNodes();
        cluster.redis().empty();
        try (RespClient redis = cluster.redis().client();
                Journal journal = new Journal(reports.resolve("retention").resolve("journal.jsonl"))) {
            Workload workload =
                    new Workload(cluster, journal, new Random(1), new Mix(0, 2, 0, 0), () -> 0, () -> false);
            Thread.sleep(1000);
            letGo(redis, workload, WARM_UP_ROWS);
            long memory = redis.info("memory", "used_memory");
            long keys = keys(redis);
            long peak = letGo(redis, workload, ROWS);
            if (peak < memory + SLACK_BYTES) {
                throw new AssertionError("the job took no memory that could come back: " + memory + ", " + peak);
            }
            long after = redis.info("memory", "used_memory");
            if (after > memory + SLACK_BYTES) {
                throw new AssertionError("the memory was " + memory + " before the job and is " + after + " after it");
            }
            if (keys(redis) > keys) {
                throw new AssertionError("keys are left: " + redis.call("KEYS", "*"));
            }
        }
    }

    /** How many keys there are, but for three hints of which there are at most 64 each, and which go by themselves. */
    private static long keys(RespClient redis) throws IOException {
        return ((List<?>) redis.call("KEYS", "*"))
                .stream()
                        .map(Object::toString)
                        .filter(key -> !key.matches("\\{i:\\d+}:(done|sweep|all)"))
                        .count();
    }

    /** Uploads a job of the old API and waits until it is gone. Answers how much memory was in use at most. */
    private static long letGo(RespClient redis, Workload workload, int rows) throws Exception {
        JobRun job = workload.upload(Sheet.make(new Random(rows), rows, 0, 0), "/crawl_csv");
        for (EventWatcher watcher : job.watchers()) {
            watcher.close();
        }
        Keys.Job keys = Keys.job(job.id());
        long[] peak = {0};
        Await.until("the job ends", LIMIT, () -> {
            peak[0] = Math.max(peak[0], redis.info("memory", "used_memory"));
            JobDump dump = JobDump.read(redis, job.id());
            if (dump.open() && JobDump.read(redis, job.id()).open() && redis.number("PTTL", keys.states()) >= 0) {
                throw new AssertionError("a key of an open job expires");
            }
            return !dump.open();
        });
        long ended = System.nanoTime();
        Await.until("the job expires", LIMIT, () -> redis.number("EXISTS", keys.meta()) == 0);
        long kept = (System.nanoTime() - ended) / 1_000_000;
        if (kept < Cluster.COMPAT_TTL.toMillis() - 500) {
            throw new AssertionError("the job was kept for " + kept + " ms only");
        }
        for (String key : keys.all()) {
            if (redis.number("EXISTS", key) != 0) {
                throw new AssertionError(key + " outlives its job");
            }
        }
        return peak[0];
    }
}
