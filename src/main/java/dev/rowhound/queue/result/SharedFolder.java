package dev.rowhound.queue.result;

import dev.rowhound.artifact.FolderArtifactStore;
import dev.rowhound.artifact.FolderMark;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.RedisConnector;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import java.io.IOException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies that a Redis and an artifact folder belong together. A node that cannot see the others' files would consider
 * results lost; a node with an empty Redis would consider all files unused. So folder and Redis hold the same mark.
 */
public final class SharedFolder {
    private static final Logger LOG = LoggerFactory.getLogger(SharedFolder.class);

    private final Vertx vertx;
    private final RedisConnector redis;
    private final FolderArtifactStore store;

    public SharedFolder(Vertx vertx, RedisConnector redis, FolderArtifactStore store) {
        this.vertx = vertx;
        this.redis = redis;
        this.store = store;
    }

    /**
     * Compares the two marks when a node starts. The first node creates them, in an empty folder only.
     *
     * @param adopt the mark of a folder to take over, or null
     * @return fails with a message for a person if they do not belong together
     */
    public Future<Void> check(@Nullable String adopt) {
        return stored().compose(known -> vertx.executeBlocking(
                        () -> store.mark().create())
                .compose(mark -> mark.equals(adopt) && !mark.equals(known) ? adopt() : claim(mark, known)));
    }

    private Future<Void> claim(String mark, @Nullable String known) {
        if (known != null) {
            return known.equals(mark) ? Future.succeededFuture() : refused(otherFolder(mark));
        }
        return vertx.executeBlocking(() -> store.jobs().size(), false)
                .compose(jobs -> jobs > 0
                        ? refused(emptyStore(mark, jobs))
                        : redis.send(Command.SET, Keys.ARTIFACT_FOLDER, mark, "NX", "GET")
                                .compose(other ->
                                        other == null || other.toString().equals(mark)
                                                ? Future.succeededFuture()
                                                : refused(otherFolder(mark))));
    }

    /** Gives the folder a new mark, so that the setting takes effect only once. */
    private Future<Void> adopt() {
        String mark = UUID.randomUUID().toString();
        // Redis first: a node that dies in between finds the same situation at its next start.
        return redis.send(Command.SET, Keys.ARTIFACT_FOLDER, mark)
                .compose(done -> vertx.<Void>executeBlocking(
                        () -> {
                            store.mark().replace(mark);
                            LOG.warn("The folder {} belongs to this Redis as requested by artifacts.adopt", store);
                            return null;
                        },
                        false));
    }

    /**
     * Compares the two marks of a running node.
     *
     * @return null if they are the same, else a message for a person
     */
    public Future<@Nullable String> mismatch() {
        // Unordered: the sweep blocks a worker thread until this completes, and an ordered task would wait for the
        // sweep.
        return stored().compose(known -> vertx.executeBlocking(
                () -> {
                    String mark = store.mark().read();
                    if (mark == null) {
                        return "the folder " + store
                                + " has lost its mark, or is not the one that the node has started with;"
                                + " no file is deleted";
                    }
                    if (known == null) {
                        return "Redis does not know the folder " + store
                                + " and is empty or has lost its data; no file is"
                                + " deleted. Bring back the Redis that the files belong to";
                    }
                    return known.equals(mark)
                            ? null
                            : "Redis belongs to another folder than " + store
                                    + "; no file is deleted. Bring back the Redis" + " that the files belong to";
                },
                false));
    }

    /**
     * Counts a sweep in Redis and in the folder, to detect that Redis has lost data: its count is then behind the
     * folder's. Blocks.
     *
     * @return since when Redis has known the folder without data loss
     */
    public Instant countSweep() throws IOException {
        FolderMark mark = store.mark();
        long before = mark.sweeps();
        long count =
                Compaction.await(redis.send(Command.INCR, Keys.ARTIFACT_SWEEPS)).toLong();
        if (count <= before) {
            LOG.error(
                    "Redis has lost recent writes: it knows sweep {} of the folder {}, which is at sweep {}. What"
                            + " is due for deletion there is kept for its whole time once more",
                    count - 1,
                    store,
                    before);
            mark.distrust();
            count = Compaction.await(redis.send(Command.INCRBY, Keys.ARTIFACT_SWEEPS, before - count + 1))
                    .toLong();
        }
        mark.sweeps(count);
        return mark.trustedSince();
    }

    private Future<@Nullable String> stored() {
        return redis.send(Command.GET, Keys.ARTIFACT_FOLDER).map(known -> known == null ? null : known.toString());
    }

    private static Future<Void> refused(String message) {
        return Future.failedFuture(new IOException(message));
    }

    private String otherFolder(String mark) {
        return "the folder " + store + " is not where the other nodes of this Redis keep the files of jobs; set"
                + " artifacts.folder to the one that they share. If that one is gone for good, start once with"
                + adopting(mark);
    }

    private String emptyStore(String mark, int jobs) {
        return "the folder " + store + " holds the files of " + jobs + " jobs and schedules, and this Redis does not"
                + " know it: it is empty or has lost its data, as with a wrong volume. Bring back the Redis that the"
                + " files belong to. If that one is gone for good, start once with" + adopting(mark);
    }

    private static String adopting(String mark) {
        return " --set artifacts.adopt=" + mark + "; files of jobs that this Redis does not know are deleted some days"
                + " later (artifacts.deletion_delay_hours)";
    }
}
