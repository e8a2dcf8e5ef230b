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
 * Moves an ended job's results from the store's memory into a segment in the artifact store. All methods block; not for
 * an event loop. Several nodes may do the same at once, and be killed at any point: a job's results change their place
 * in one step, and what is left over is deleted by {@link JobFiles}.
 */
public final class Compaction {
    /** How many rows are asked for at once: a megabyte of results at most, without the large ones. */
    private static final int SLICE = 500;

    /** How long the right to write a segment holds without being renewed; the disk may take its time at the end. */
    private static final Duration RIGHT = Duration.ofMinutes(5);

    /** How often it is renewed. */
    private static final Duration RENEWAL = Duration.ofSeconds(30);

    /** How soon a job is looked at again that has changed under the work, or that the work was dropped on. */
    private static final long AGAIN_MILLIS = 1000;

    private final RedisConnector redis;
    private final ArtifactStore artifacts;
    private final QueueConfig config;

    /** From the store behind that connection into that artifact store. */
    public Compaction(RedisConnector redis, ArtifactStore artifacts, QueueConfig config) {
        this.redis = redis;
        this.artifacts = artifacts;
        this.config = config;
    }

    /**
     * What came of a try.
     *
     * @param entries how many results have been moved
     * @param waitMillis when it is worth trying again, or -1 when the job needs nothing more
     */
    public record Compacted(int entries, long waitMillis) {
        private static final Compacted NOTHING = new Compacted(0, -1);
    }

    /**
     * The right to write a segment.
     *
     * @param nonce what makes the segment's name a new one
     * @param name the segment's name
     * @param rows how many rows the job has
     * @param before the segment that there is, which the results in the store lie over; empty where there is none
     */
    record Right(String job, String nonce, String name, String generation, String ended, int rows, String before) {}

    /**
     * Compacts a job if it is time.
     *
     * @param goOn asked now and then; once it says no, the work is dropped
     * @throws IOException if the results could not be read or written; the job is as it was
     */
    public Compacted run(String job, BooleanSupplier goOn) throws IOException {
        Begun begun = begin(job, Nonces.next());
        Right right = begun.right();
        if (right == null) {
            return begun.waitMillis() < 0 ? Compacted.NOTHING : new Compacted(0, Math.max(1, begun.waitMillis()));
        }
        int entries = write(right, goOn);
        return entries >= 0 && commit(right) ? new Compacted(entries, -1) : new Compacted(0, AGAIN_MILLIS);
    }

    /** The right to write a job's segment, or null where nothing is to be done at present. */
    @Nullable
    Right begin(String job) {
        return begin(job, Nonces.next()).right();
    }

    /**
     * What beginning came to.
     *
     * @param right the right, or null without one
     * @param waitMillis without one: when it is worth asking again, or -1 when there is nothing to move
     */
    private record Begun(@Nullable Right right, long waitMillis) {
        static Begun of(String job, String nonce, ScriptReply reply) {
            return switch (reply.text()) {
                case "ok" ->
                    new Begun(
                            new Right(
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
                                RIGHT.toMillis(),
                                config.compactAfter().toMillis()))
                .map(reply -> Begun.of(job, nonce, reply)));
    }

    /**
     * Writes the segment.
     *
     * @return how many entries it has, or -1 when it was dropped
     */
    int write(Right right, BooleanSupplier goOn) throws IOException {
        try (ArtifactDraft draft = artifacts.write(right.job(), right.name());
                SegmentWriter segment = new SegmentWriter(draft)) {
            Before before = new Before(right);
            long renewed = System.nanoTime();
            for (int from = 1; from <= right.rows(); from += SLICE) {
                if (!goOn.getAsBoolean()) {
                    return -1;
                }
                if (System.nanoTime() - renewed > RENEWAL.toNanos()) {
                    Right held = begin(right.job(), right.nonce()).right();
                    if (held == null || !held.name().equals(right.name())) {
                        return -1;
                    }
                    renewed = System.nanoTime();
                }
                add(segment, right, from, Math.min(from + SLICE - 1, right.rows()), before);
            }
            segment.finish();
            draft.commit();
            return segment.entries();
        }
    }

    private void add(SegmentWriter segment, Right right, int from, int to, Before before) throws IOException {
        Request request = Request.cmd(Command.HMGET).arg(Keys.job(right.job()).results());
        for (int row = from; row <= to; row++) {
            request.arg(row);
        }
        Response results = Objects.requireNonNull(await(redis.send(request)), "HMGET answers a list");
        for (int row = from; row <= to; row++) {
            SegmentEntry old = before.take(row);
            Response result = results.get(row - from);
            if (result != null) {
                segment.add(entry(right.job(), row, result.toString()));
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
     * Puts the segment in the place of the results.
     *
     * @return false when the job has changed meanwhile, or somebody else was first; the segment is deleted then
     */
    boolean commit(Right right) throws IOException {
        // A failed call leaves the file: whether the store names it is not known.
        String reply = await(redis.run(
                        Scripts.COMPACT,
                        Keys.job(right.job()).forCompacting(),
                        List.of(right.name(), right.generation(), right.ended())))
                .text();
        if (reply.equals("ok")) {
            return true;
        }
        artifacts.delete(right.job(), right.name());
        return false;
    }

    /** The entries of the segment that there is, taken row by row in order; one block is in memory. */
    private final class Before {
        private final @Nullable SegmentReader segment;
        private Iterator<SegmentEntry> block = List.<SegmentEntry>of().iterator();
        private @Nullable SegmentEntry next;
        private int number;

        Before(Right right) throws IOException {
            segment = right.before().isEmpty() ? null : StoredResults.open(artifacts, right.job(), right.before());
            advance();
        }

        /** The row's entry, or null where it has none. */
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

    /** Waits for the store, which answers or fails within its time limit. */
    static <T extends @Nullable Object> T await(Future<T> call) {
        try {
            return call.toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
