package dev.rowhound.queue.result;

import dev.rowhound.artifact.ArtifactDraft;
import dev.rowhound.artifact.ArtifactNames;
import dev.rowhound.artifact.ArtifactStore;
import dev.rowhound.queue.Nonces;
import dev.rowhound.queue.QueueConfig;
import dev.rowhound.queue.Scripts;
import dev.rowhound.queue.result.LargeResults.Pointer;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.RedisConnector;
import dev.rowhound.redis.ScriptReply;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Moves an ended job's results from Redis to a segment in the artifact store. All methods block: do not call them on an
 * event loop. Several nodes may compact a job at once and may be killed at any point: the switch to the segment is
 * atomic, and {@link JobFiles} deletes leftovers.
 */
public final class Compaction {
    /** How many rows are read at once: at most a megabyte of results, apart from large ones. */
    private static final int SLICE_ROWS = 500;

    /** How long the lease on a segment lasts; syncing it to disk at the end may take long. */
    private static final Duration LEASE_DURATION = Duration.ofMinutes(5);

    private static final Duration RENEW_INTERVAL = Duration.ofSeconds(30);

    /** Delay before a retry after the job changed or the work was aborted. */
    private static final long RETRY_MILLIS = 1000;

    private final RedisConnector redis;
    private final ArtifactStore artifacts;
    private final QueueConfig config;

    public Compaction(RedisConnector redis, ArtifactStore artifacts, QueueConfig config) {
        this.redis = redis;
        this.artifacts = artifacts;
        this.config = config;
    }

    /**
     * The result of a compaction.
     *
     * @param entries how many results were moved
     * @param waitMillis when to try again, or -1 if nothing is left to do
     */
    public record Compacted(int entries, long waitMillis) {
        private static final Compacted NOTHING = new Compacted(0, -1);
    }

    /**
     * The lease on writing a segment.
     *
     * @param nonce makes the segment's name unique
     * @param name the segment's name
     * @param rows how many rows the job has
     * @param before the existing segment, whose entries the results in Redis override; empty if there is none
     */
    record SegmentLease(
            String job, String nonce, String name, String generation, String ended, int rows, String before) {}

    /**
     * Compacts a job if it is due.
     *
     * @param shouldContinue polled during the work; returning false aborts it
     * @throws IOException if results could not be read or written; the job is unchanged
     */
    public Compacted run(String job, BooleanSupplier shouldContinue) throws IOException {
        Begun begun = begin(job, Nonces.next());
        SegmentLease lease = begun.lease();
        if (lease == null) {
            return begun.waitMillis() < 0 ? Compacted.NOTHING : new Compacted(0, Math.max(1, begun.waitMillis()));
        }
        int entries = write(lease, shouldContinue);
        return entries >= 0 && commit(lease) ? new Compacted(entries, -1) : new Compacted(0, RETRY_MILLIS);
    }

    /** Returns a lease on writing a job's segment, or null if nothing is to be done at present. */
    @Nullable
    SegmentLease begin(String job) {
        return begin(job, Nonces.next()).lease();
    }

    /**
     * The result of requesting a lease.
     *
     * @param lease the lease, or null
     * @param waitMillis without a lease: when to try again, or -1 if there is nothing to move
     */
    private record Begun(@Nullable SegmentLease lease, long waitMillis) {
        static Begun of(String job, String nonce, ScriptReply reply) {
            return switch (reply.text()) {
                case "ok" ->
                    new Begun(
                            new SegmentLease(
                                    job,
                                    nonce,
                                    reply.text(),
                                    reply.text(),
                                    reply.text(),
                                    reply.integer(),
                                    reply.text()),
                            0);
                case "early", "busy" -> new Begun(null, reply.integer64());
                default -> new Begun(null, -1);
            };
        }
    }

    private Begun begin(String job, String nonce) {
        Keys.Job keys = Keys.job(job);
        return await(redis.run(
                        Scripts.COMPACT_BEGIN,
                        List.of(keys.meta(), keys.results()),
                        List.of(
                                ArtifactNames.segment("*", nonce),
                                LEASE_DURATION.toMillis(),
                                config.compactAfter().toMillis()))
                .map(reply -> Begun.of(job, nonce, reply)));
    }

    /**
     * Writes the segment.
     *
     * @return the number of entries, or -1 if it was aborted
     */
    int write(SegmentLease lease, BooleanSupplier shouldContinue) throws IOException {
        try (ArtifactDraft draft = artifacts.write(lease.job(), lease.name());
                SegmentWriter segment = new SegmentWriter(draft)) {
            Before before = new Before(lease);
            long renewed = System.nanoTime();
            for (int from = 1; from <= lease.rows(); from += SLICE_ROWS) {
                if (!shouldContinue.getAsBoolean()) {
                    return -1;
                }
                if (System.nanoTime() - renewed > RENEW_INTERVAL.toNanos()) {
                    SegmentLease held = begin(lease.job(), lease.nonce()).lease();
                    if (held == null || !held.name().equals(lease.name())) {
                        return -1;
                    }
                    renewed = System.nanoTime();
                }
                add(segment, lease, from, Math.min(from + SLICE_ROWS - 1, lease.rows()), before);
            }
            segment.finish();
            draft.commit();
            return segment.entries();
        }
    }

    private void add(SegmentWriter segment, SegmentLease lease, int from, int to, Before before) throws IOException {
        Request request = Request.cmd(Command.HMGET).arg(Keys.job(lease.job()).results());
        for (int row = from; row <= to; row++) {
            request.arg(row);
        }
        Response results = Objects.requireNonNull(await(redis.send(request)), "HMGET answers a list");
        for (int row = from; row <= to; row++) {
            SegmentEntry old = before.take(row);
            Response result = results.get(row - from);
            if (result != null) {
                segment.add(entry(lease.job(), row, result.toString()));
            } else if (old != null) {
                segment.add(old);
            }
        }
    }

    private SegmentEntry entry(String job, int row, String stored) throws IOException {
        // token|generation|result
        int first = stored.indexOf('|');
        int second = stored.indexOf('|', first + 1);
        String result = stored.substring(second + 1);
        Pointer pointer = Pointer.of(result);
        return new SegmentEntry(
                row,
                Integer.parseInt(stored, first + 1, second, 10),
                pointer == null ? result : pointer.read(artifacts, job));
    }

    /**
     * Replaces the results by the segment.
     *
     * @return false if the job has changed meanwhile or another node was first; the segment is then deleted
     */
    boolean commit(SegmentLease lease) throws IOException {
        // A failed call leaves the file, because Redis may refer to it.
        String reply = await(redis.run(
                        Scripts.COMPACT,
                        Keys.job(lease.job()).forCompacting(),
                        List.of(lease.name(), lease.generation(), lease.ended())))
                .text();
        if (reply.equals("ok")) {
            return true;
        }
        artifacts.delete(lease.job(), lease.name());
        return false;
    }

    /** Iterates over the existing segment's entries by row, with one block in memory. */
    private final class Before {
        private final @Nullable SegmentReader segment;
        private Iterator<SegmentEntry> block = List.<SegmentEntry>of().iterator();
        private @Nullable SegmentEntry next;
        private int number;

        Before(SegmentLease lease) throws IOException {
            segment = lease.before().isEmpty() ? null : StoredResults.open(artifacts, lease.job(), lease.before());
            advance();
        }

        /** Returns the row's entry, or null if it has none. */
        @Nullable
        SegmentEntry take(int row) throws IOException {
            SegmentEntry entry = next;
            if (entry == null || entry.row() > row) {
                return null;
            }
            if (entry.row() < row) {
                throw new NoSuchElementException("row " + entry.row() + " was passed over");
            }
            advance();
            return entry;
        }

        private void advance() throws IOException {
            while (!block.hasNext() && segment != null && number < segment.blocks()) {
                block = segment.block(number++).iterator();
            }
            next = block.hasNext() ? block.next() : null;
        }
    }

    /** Waits for Redis, which replies or fails within its timeout. */
    public static <T extends @Nullable Object> T await(Future<T> call) {
        try {
            return call.toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
