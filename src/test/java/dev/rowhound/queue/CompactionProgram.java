package dev.rowhound.queue;

import dev.rowhound.Await;
import dev.rowhound.artifact.FolderArtifactStore;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.result.Compaction;
import dev.rowhound.queue.result.Items;
import dev.rowhound.queue.result.StoredResults;
import dev.rowhound.redis.RedisConnector;
import io.vertx.core.Vertx;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Compacts a job and reads its results, so that a test can see how much memory that takes. */
final class CompactionProgram {
    private CompactionProgram() {}

    /** Takes the address of Redis, the folder of artifacts and the job; prints how many results and their digest. */
    public static void main(String[] arguments) throws Exception {
        Vertx vertx = Vertx.vertx();
        RedisConnector redis = new RedisConnector(vertx, arguments[0], 30_000);
        FolderArtifactStore artifacts = new FolderArtifactStore(Path.of(arguments[1]));
        Compaction.Compacted outcome =
                new Compaction(redis, artifacts, TestQueue.PATIENT).run(arguments[2], () -> true);
        Items items = new Items(redis, new StoredResults(vertx, artifacts));
        String digest = ResultsDigest.of(items, Await.result(new Jobs(redis, TestQueue.PATIENT).find(arguments[2])));
        new PrintStream(System.out, true, StandardCharsets.UTF_8)
                .println("COMPACTED " + outcome.entries() + " " + digest);
        Await.result(redis.close());
        Await.result(vertx.close());
    }
}
