package dev.rowhound.queue.job;

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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads the chunks of rows that a job's input is kept in. Some are kept here, with where the chunks begin, because
 * workers ask for the rows of one chunk one by one, and many of them at once. Safe for use from any thread; answers
 * come on the caller's context, where there is one.
 */
public final class Chunks {
    /** How many chunks are kept: 64 KB of text each, some times that as objects. */
    private static final int CACHED_CHUNKS = 64;

    /** For how many jobs it is kept where their chunks begin: 4 bytes a chunk. */
    private static final int CACHED_INDEXES = 64;

    /** How many bytes a chunk takes in a job's chunk index. */
    private static final int INDEX_ENTRY = 4;

    /** How long an index is taken for the job's; a job may fail or expire, and its id may be given again. */
    private static final Duration TRUSTED = Duration.ofSeconds(1);

    private final RedisConnector redis;
    private final long trustedNanos;
    private final Map<String, Index> indexes = leastRecentlyUsed(CACHED_INDEXES);
    private final Map<String, List<Row>> chunks = leastRecentlyUsed(CACHED_CHUNKS);
    private final Map<String, Future<List<Row>>> reading = new ConcurrentHashMap<>();

    /** For the store behind that connection. */
    public Chunks(RedisConnector redis) {
        this(redis, TRUSTED);
    }

    /** One that takes an index for the job's for so long. */
    Chunks(RedisConnector redis, Duration trusted) {
        this.redis = redis;
        this.trustedNanos = trusted.toNanos();
    }

    private static <V> Map<String, V> leastRecentlyUsed(int most) {
        return Collections.synchronizedMap(new LinkedHashMap<>(most, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > most;
            }
        });
    }

    /**
     * Where the chunks of a job begin. Chunks are only ever added, and none changes, so what it says holds for as long
     * as the job has its input; but behind the last one there may be others.
     *
     * @param created when the job was opened, in milliseconds, which tells it from others that have had its id; 0
     *     where there is no job
     * @param firstRows the number of each chunk's first row
     * @param readNanos when it was asked for, by the monotonic clock
     */
    public record Index(long created, int[] firstRows, long readNanos) {

        /** The chunk that holds the row, which is the last one for rows beyond the end; -1 without any. */
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

    /** One row as it came, or null where there is no such row. A job that has just gone may still have it. */
    public Future<@Nullable Row> row(String job, int number) {
        Index known = indexes.get(job);
        boolean trusted = known != null && System.nanoTime() - known.readNanos() < trustedNanos;
        return row(job, trusted ? known : null, index -> true, number);
    }

    /** The same of the job that was opened at that time: null where another one has its id. */
    public Future<@Nullable Row> row(String job, long created, int number) {
        Index known = indexes.get(job);
        // Chunks are only ever added to one job, so what is known of this very one holds for as long as it is there.
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
        // A row that is not in the last chunk that is known may be in one that has come since.
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

    /** Where the job's chunks begin, as of the call. */
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
        int[] firstRows = new int[buffer.length() / INDEX_ENTRY];
        for (int i = 0; i < firstRows.length; i++) {
            firstRows[i] = buffer.getInt(i * INDEX_ENTRY);
        }
        return firstRows;
    }

    /** The rows of a chunk, none where the job has lost its input. Those who ask for it at once share one reading. */
    public Future<List<Row>> rows(String job, Index index, int chunk) {
        String name = job + "/" + index.created() + "/" + chunk;
        List<Row> kept = chunks.get(name);
        if (kept != null) {
            return Future.succeededFuture(kept);
        }
        Promise<List<Row>> shared = Promise.promise();
        Future<List<Row>> before = reading.putIfAbsent(name, shared.future());
        if (before != null) {
            // Another caller's reading ends on that one's context.
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
