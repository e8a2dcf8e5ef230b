package dev.trawl.queue;

import dev.trawl.artifact.FolderArtifactStore;
import dev.trawl.redis.Keys;
import dev.trawl.redis.RedisConnector;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import java.io.IOException;
import java.util.UUID;

/**
 * Whether all nodes of a Redis keep the files of jobs in the same folder: one that cannot see another's files would
 * take results for lost. The folder has a mark in a file, and the store the same one.
 */
public final class SharedFolder {
    private SharedFolder() {}

    /**
     * Compares the two; the first node makes them.
     *
     * @return fails with a sentence for a person where the folder is another one
     */
    public static Future<Void> check(Vertx vertx, RedisConnector redis, FolderArtifactStore store) {
        return redis.send(Command.GET, Keys.ARTIFACT_FOLDER)
                .compose(known -> vertx.executeBlocking(() -> {
                    String mark = store.mark();
                    if (mark == null && known == null) {
                        // Before the store knows it: a folder without a mark is another one from then on.
                        mark = UUID.randomUUID().toString();
                        store.mark(mark);
                    }
                    return mark == null ? "" : mark;
                }))
                .compose(mark -> mark.isEmpty()
                        ? Future.<Void>failedFuture(another(store))
                        : redis.send(Command.SET, Keys.ARTIFACT_FOLDER, mark, "NX", "GET")
                                .compose(known ->
                                        known == null || known.toString().equals(mark)
                                                ? Future.<Void>succeededFuture()
                                                : Future.<Void>failedFuture(another(store))));
    }

    private static IOException another(FolderArtifactStore store) {
        return new IOException("the folder " + store + " is not where the other nodes of this Redis keep the files of"
                + " jobs; set artifacts.folder to the one that they share. If that one is gone for good, delete the key "
                + Keys.ARTIFACT_FOLDER + " in Redis");
    }
}
