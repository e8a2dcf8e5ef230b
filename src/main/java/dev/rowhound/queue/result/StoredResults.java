package dev.rowhound.queue.result;

import dev.rowhound.artifact.ArtifactStore;
import dev.rowhound.cache.LruMap;
import dev.rowhound.queue.result.LargeResults.Pointer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads results from the artifact store: from a job's segment or from single files. Caches indexes and blocks of
 * segments, because pages are requested one after the other. Thread-safe.
 */
public final class StoredResults {
    /** Number of cached segment indexes, at 24 bytes a block of up to 500 rows. */
    private static final int MAX_CACHED_SEGMENTS = 32;

    /** Total size of the cached blocks in characters. */
    private static final long MAX_CACHED_CHARS = 4L << 20;

    /** A page ends before its results exceed this size, so that large ones do not fill the memory. */
    private static final int MAX_PAGE_CHARS = 2 << 20;

    private final Vertx vertx;
    private final ArtifactStore artifacts;
    private final Map<String, SegmentReader> segments = LruMap.threadSafe(MAX_CACHED_SEGMENTS);
    private final Map<String, List<SegmentEntry>> blocks = new LinkedHashMap<>(16, 0.75f, true);
    private long cachedChars;

    public StoredResults(Vertx vertx, ArtifactStore artifacts) {
        this.vertx = vertx;
        this.artifacts = artifacts;
    }

    /**
     * A row whose result is requested.
     *
     * @param row the row that holds the result
     * @param stored the result or pointer in Redis, or null if only the segment may have it
     */
    record ResultRequest(int row, @Nullable String stored) {
        boolean elsewhere() {
            return stored == null || Pointer.of(stored) != null;
        }
    }

    /**
     * Returns the results of rows in the requested order; null for a row without one. Returns fewer results if they are
     * large, but at least one.
     *
     * @param segment the job's segment, empty if there is none
     * @param requests the rows; null where no result is requested
     */
    Future<List<@Nullable String>> read(String job, String segment, List<@Nullable ResultRequest> requests) {
        boolean elsewhere = requests.stream()
                .anyMatch(row -> row != null && (row.stored() == null ? !segment.isEmpty() : row.elsewhere()));
        return elsewhere
                ? vertx.executeBlocking(() -> readNow(job, segment, requests), false)
                : Future.succeededFuture(requests.stream()
                        .<@Nullable String>map(row -> row == null ? null : row.stored())
                        .toList());
    }

    private List<@Nullable String> readNow(String job, String segment, List<@Nullable ResultRequest> requests)
            throws IOException {
        List<@Nullable String> results = new ArrayList<>(requests.size());
        long chars = 0;
        for (ResultRequest row : requests) {
            String result = row == null ? null : result(job, segment, row);
            chars += result == null ? 0 : result.length();
            if (chars > MAX_PAGE_CHARS && !results.isEmpty()) {
                break;
            }
            results.add(result);
        }
        return results;
    }

    private @Nullable String result(String job, String segment, ResultRequest row) throws IOException {
        if (row.stored() == null) {
            return segment.isEmpty() ? null : find(job, segment, row.row());
        }
        Pointer pointer = Pointer.of(row.stored());
        return pointer == null ? row.stored() : pointer.read(artifacts, job);
    }

    private @Nullable String find(String job, String segment, int row) throws IOException {
        SegmentReader reader = open(job, segment);
        int number = reader.blockOf(row);
        if (number < 0) {
            return null;
        }
        List<SegmentEntry> block = block(job, segment, reader, number);
        int place = Collections.binarySearch(
                block, new SegmentEntry(row, 0, ""), Comparator.comparingInt(SegmentEntry::row));
        return place < 0 ? null : block.get(place).result();
    }

    private SegmentReader open(String job, String segment) throws IOException {
        String name = job + "/" + segment;
        SegmentReader known = segments.get(name);
        if (known != null) {
            return known;
        }
        SegmentReader reader = open(artifacts, job, segment);
        segments.put(name, reader);
        return reader;
    }

    /** Opens a job's segment. Blocks. */
    static SegmentReader open(ArtifactStore artifacts, String job, String segment) throws IOException {
        return SegmentReader.open(
                (offset, length) -> artifacts.read(job, segment, offset, length), artifacts.size(job, segment));
    }

    private List<SegmentEntry> block(String job, String segment, SegmentReader reader, int number) throws IOException {
        String name = job + "/" + segment + "/" + number;
        synchronized (blocks) {
            List<SegmentEntry> known = blocks.get(name);
            if (known != null) {
                return known;
            }
        }
        List<SegmentEntry> block = reader.block(number);
        synchronized (blocks) {
            if (blocks.put(name, block) == null) {
                cachedChars += chars(block);
            }
            var eldest = blocks.entrySet().iterator();
            while (cachedChars > MAX_CACHED_CHARS && eldest.hasNext()) {
                cachedChars -= chars(eldest.next().getValue());
                eldest.remove();
            }
        }
        return block;
    }

    private static long chars(List<SegmentEntry> block) {
        return block.stream().mapToLong(entry -> entry.result().length()).sum();
    }
}
