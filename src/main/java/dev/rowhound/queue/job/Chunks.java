package dev.rowhound.queue.job;

import dev.rowhound.cache.LruMap;
import dev.rowhound.job.Row;
import dev.rowhound.redis.CallerContext;
import dev.rowhound.redis.JobField;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.RedisConnector;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads the chunks of a job's input, with a cache of chunks and of their index, because workers request the rows of a
 * chunk one by one and concurrently. Thread-safe; results arrive on the caller's context, if it has one.
 */
public final class Chunks {
    /** Number of cached chunks: 64 KB of text each, several times that as objects. */
    private static final int MAX_CACHED_CHUNKS = 64;

    /** Number of jobs whose chunk index is cached, at 4 bytes a chunk. */
    private static final int MAX_CACHED_INDEXES = 64;

    /** Size of a chunk's entry in the chunk index. */
    private static final int INDEX_ENTRY_BYTES = 4;

    /** How long a cached index is trusted: a job may fail or expire, and its id may be reused. */
    private static final Duration TRUSTED = Duration.ofSeconds(1);

    private final RedisConnector redis;
    private final long trustedNanos;
    private final Map<String, Index> indexes = LruMap.threadSafe(MAX_CACHED_INDEXES);
    private final Map<String, List<Row>> chunks = LruMap.threadSafe(MAX_CACHED_CHUNKS);
    private final Map<String, Future<List<Row>>> reading = new ConcurrentHashMap<>();

    public Chunks(RedisConnector redis) {
        this(redis, TRUSTED);
    }

    Chunks(RedisConnector redis, Duration trusted) {
        this.redis = redis;
        this.trustedNanos = trusted.toNanos();
    }

    /**
     * The index of a job's chunks. Chunks are only appended and never change, so an index stays valid as long as the
     * job has its input, but it may lack later chunks.
     *
     * @param created when the job was created, in milliseconds, which distinguishes it from earlier jobs with its id; 0
     *     if there is no job
     * @param firstRows the number of each chunk's first row
     * @param readNanos when it was read, by the monotonic clock
     */
    public record Index(long created, int[] firstRows, long readNanos) {

        /** Returns the chunk that holds the row, or the last chunk for a row beyond the end; -1 if there are none. */
        public int chunkOf(int row) {
            int low = 0;
            int high = firstRows.length - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                if (firstRows[middle] <= row) {
                    low = middle + 1;
                } else {
                    high = middle - 1;
                }
            }
            return high;
        }
    }

    /** Returns a row, or null if it does not exist. A job that was deleted recently may still be in the cache. */
    public Future<@Nullable Row> row(String job, int number) {
        Index known = indexes.get(job);
        boolean trusted = known != null && System.nanoTime() - known.readNanos() < trustedNanos;
        return row(job, trusted ? known : null, index -> true, number);
    }

    /** Returns a row of the job that was created at the given time; null if the id belongs to another job. */
    public Future<@Nullable Row> row(String job, long created, int number) {
        Index known = indexes.get(job);
        // A cached index of this very job stays valid as long as the job exists.
        return row(
                job,
                known != null && known.created() == created ? known : null,
                index -> index.created() == created,
                number);
    }

    private Future<@Nullable Row> row(String job, @Nullable Index known, Predicate<Index> right, int number) {
        if (known == null) {
            return index(job)
                    .compose(index -> right.test(index) ? row(job, index, number) : Future.succeededFuture(null));
        }
        // The row may be in a chunk that was appended after the index was read.
        return row(job, known, number)
                .compose(row -> row != null ? Future.succeededFuture(row) : row(job, null, right, number));
    }

    private Future<@Nullable Row> row(String job, Index index, int number) {
        int chunk = index.chunkOf(number);
        return chunk < 0
                ? Future.succeededFuture(null)
                : rows(job, index, chunk).map(rows -> {
                    int place = number - index.firstRows()[chunk];
                    return place < rows.size() ? rows.get(place) : null;
                });
    }

    /** Reads a job's chunk index. */
    public Future<Index> index(String job) {
        Keys.Job keys = Keys.job(job);
        long now = System.nanoTime();
        Future<@Nullable Response> created = redis.send(Command.HMGET, keys.meta(), JobField.CREATED.key());
        Future<@Nullable Response> firstRows = redis.send(Command.GET, keys.chunkIndex());
        return Future.all(created, firstRows).map(all -> {
            Index index = new Index(millis(created.result()), firstRows(firstRows.result()), now);
            indexes.put(job, index);
            return index;
        });
    }

    private static long millis(@Nullable Response fields) {
        Response created = fields == null ? null : fields.get(0);
        return created == null ? 0 : created.toLong();
    }

    private static int[] firstRows(@Nullable Response bytes) {
        Buffer buffer = bytes == null ? Buffer.buffer() : bytes.toBuffer();
        int[] firstRows = new int[buffer.length() / INDEX_ENTRY_BYTES];
        for (int i = 0; i < firstRows.length; i++) {
            firstRows[i] = buffer.getInt(i * INDEX_ENTRY_BYTES);
        }
        return firstRows;
    }

    /** Returns the rows of a chunk, empty if the job has lost its input. Concurrent callers share one read. */
    public Future<List<Row>> rows(String job, Index index, int chunk) {
        String name = job + "/" + index.created() + "/" + chunk;
        List<Row> kept = chunks.get(name);
        if (kept != null) {
            return Future.succeededFuture(kept);
        }
        Promise<List<Row>> shared = Promise.promise();
        Future<List<Row>> before = reading.putIfAbsent(name, shared.future());
        if (before != null) {
            // Another caller's read completes on that caller's context.
            return CallerContext.keep(before);
        }
        return redis.send(Command.HGET, Keys.job(job).input(), chunk)
                .map(bytes -> {
                    if (bytes == null) {
                        return List.<Row>of();
                    }
                    List<Row> rows = ChunkCodec.decode(index.firstRows()[chunk], bytes.toBuffer());
                    chunks.put(name, rows);
                    return rows;
                })
                .onComplete(done -> {
                    reading.remove(name);
                    shared.handle(done);
                });
    }
}
