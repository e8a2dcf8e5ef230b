package dev.rowhound.queue.result;

import dev.rowhound.artifact.ArtifactStore;
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
 * Reads results that lie in the artifact store: in a job's segment, or as files of their own. Keeps some indexes and
 * blocks of segments, because pages are asked for one after the other. Safe for use from any thread.
 */
public final class StoredResults {
    /** How many segments' indexes are kept: 24 bytes a block of up to 500 rows. */
    private static final int CACHED_SEGMENTS = 32;

    /** How many characters of blocks are kept, all together. */
    private static final long CACHED_CHARS = 4L << 20;

    /** Results of more characters than this do not come together, so that a page of large ones does not fill memory. */
    private static final int TOGETHER_CHARS = 2 << 20;

    private final Vertx vertx;
    private final ArtifactStore artifacts;
    private final Map<String, SegmentReader> segments =
            Collections.synchronizedMap(new LinkedHashMap<>(CACHED_SEGMENTS, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, SegmentReader> eldest) {
                    return size() > CACHED_SEGMENTS;
                }
            });
    private final Map<String, List<SegmentEntry>> blocks = new LinkedHashMap<>(16, 0.75f, true);
    private long cachedChars;

    /** From that artifact store; it is read on threads of that Vert.x. */
    public StoredResults(Vertx vertx, ArtifactStore artifacts) {
        this.vertx = vertx;
        this.artifacts = artifacts;
    }

    /**
     * A row whose result is wanted.
     *
     * @param row the row that the result was stored for
     * @param stored the result or the pointer that the store has, or null where only the segment can have it
     */
    record Wanted(int row, @Nullable String stored) {
        boolean elsewhere() {
            return stored == null || Pointer.of(stored) != null;
        }
    }

    /**
     * The results of rows, in the order that they are asked for; null for a row without one. There may be fewer than
     * were asked for where they are large, but always one.
     *
     * @param segment the job's segment, empty where it has none
     * @param wanted the rows; null where no result is wanted
     */
    Future<List<@Nullable String>> read(String job, String segment, List<@Nullable Wanted> wanted) {
        boolean elsewhere = wanted.stream()
                .anyMatch(row -> row != null && (row.stored() == null ? !segment.isEmpty() : row.elsewhere()));
        return elsewhere
                ? vertx.executeBlocking(() -> readNow(job, segment, wanted), false)
                : Future.succeededFuture(wanted.stream()
                        .<@Nullable String>map(row -> row == null ? null : row.stored())
                        .toList());
    }

    private List<@Nullable String> readNow(String job, String segment, List<@Nullable Wanted> wanted)
            throws IOException {
        List<@Nullable String> results = new ArrayList<>(wanted.size());
        long chars = 0;
        for (Wanted row : wanted) {
            String result = row == null ? null : result(job, segment, row);
            chars += result == null ? 0 : result.length();
            if (chars > TOGETHER_CHARS && !results.isEmpty()) {
                break;
            }
            results.add(result);
        }
        return results;
    }

    private @Nullable String result(String job, String segment, Wanted row) throws IOException {
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

    /** A job's segment. Blocks. */
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
            while (cachedChars > CACHED_CHARS && eldest.hasNext()) {
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
