package dev.rowhound.queue.result;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemError;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.Row;
import dev.rowhound.queue.Scripts;
import dev.rowhound.queue.job.Chunks;
import dev.rowhound.queue.job.JobGoneException;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.JobSnapshot.OpenQuestion;
import dev.rowhound.queue.result.StoredResults.ResultRequest;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.RedisConnector;
import dev.rowhound.redis.ScriptReply;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a job's rows, with or without their results. Thread-safe. */
public class Items {
    private static final Logger LOG = LoggerFactory.getLogger(Items.class);

    /** How often a page is re-read if its files disappear meanwhile; Redis then refers to others. */
    private static final int MAX_READS = 4;

    private final RedisConnector redis;
    private final Chunks chunks;
    private final StoredResults results;
    private final LongAdder mismatches = new LongAdder();

    public Items(RedisConnector redis, StoredResults results) {
        this.redis = redis;
        this.chunks = new Chunks(redis);
        this.results = results;
    }

    /** Returns a row, or null if it does not exist. A job that was deleted recently may still be in the cache. */
    public Future<@Nullable Row> row(String job, int number) {
        return chunks.row(job, number);
    }

    /**
     * Returns a row of the job that was created at the given time in milliseconds; null if the row does not exist or
     * the id belongs to another job.
     */
    public Future<@Nullable Row> row(String job, long created, int number) {
        return chunks.row(job, created, number);
    }

    /**
     * Returns a row with its result, or null if the row does not exist.
     *
     * @return fails with {@link JobGoneException} if the job has disappeared since it was read
     */
    public Future<@Nullable ItemView> view(JobSnapshot job, int number) {
        long created = job.created().toEpochMilli();
        return chunks.row(job.id(), created, number)
                .compose(row -> row == null
                        ? Future.succeededFuture(null)
                        : views(new Source(job.id(), created, job.endedEarly()), List.of(row), 1)
                                .map(views -> views.get(0)));
    }

    /** Returns how many results were found to belong to another row; any is a bug. */
    public long mismatches() {
        return mismatches.sum();
    }

    /**
     * The job that rows are read from.
     *
     * @param created when the job was created, in milliseconds
     * @param ended whether it ended early, so that rows without a final state are cancelled
     */
    private record Source(String job, long created, boolean ended) {
        JobGoneException gone() {
            return new JobGoneException(job);
        }
    }

    /**
     * Returns rows in input order from {@code from} to the end of their chunk, fewer if their results are large.
     *
     * @param job the job as read before
     * @return the rows, empty beyond the last one; fails with {@link JobGoneException} if rows have disappeared since
     *     the job was read, or its id belongs to another job
     */
    public Future<List<ItemView>> page(JobSnapshot job, int from) {
        Source source = new Source(job.id(), job.created().toEpochMilli(), job.endedEarly());
        return chunks.index(job.id())
                .compose(index -> {
                    int chunk = index.chunkOf(from);
                    if (index.created() != source.created()) {
                        throw source.gone();
                    }
                    return chunk < 0 ? Future.succeededFuture(List.of()) : chunks.rows(job.id(), index, chunk);
                })
                .compose(chunk -> {
                    List<Row> rows = ((List<Row>) chunk)
                            .stream().filter(row -> row.number() >= from).toList();
                    if (rows.isEmpty() && from <= job.readable()) {
                        throw source.gone();
                    }
                    return rows.isEmpty() ? Future.succeededFuture(List.of()) : views(source, rows, 1);
                });
    }

    /**
     * The state of several rows at one moment.
     *
     * @param states the state byte of each row, and of the first rows of repeated keys
     * @param stored their entries in the results' hash
     * @param segment the job's segment, empty if there is none
     * @param questions the open questions by row
     */
    private record RowStates(
            Map<Integer, Character> states,
            Map<Integer, String> stored,
            String segment,
            Map<Integer, JsonObject> questions) {}

    private Future<List<ItemView>> views(Source from, List<Row> rows, int reads) {
        String job = from.job();
        return rowStates(from, rows)
                .compose(rowStates -> results.read(
                                job,
                                rowStates.segment(),
                                rows.stream()
                                        .map(row -> request(row, rowStates))
                                        .toList())
                        .map(texts -> {
                            List<ItemView> views = new ArrayList<>(texts.size());
                            for (int i = 0; i < texts.size(); i++) {
                                char code = rowStates.states().getOrDefault(source(rows.get(i)), '\0');
                                views.add(view(from, rows.get(i), code, texts.get(i), rowStates));
                            }
                            return views;
                        })
                        .recover(error -> error instanceof NoSuchFileException && reads < MAX_READS
                                ? views(from, rows, reads + 1)
                                : Future.failedFuture(error)));
    }

    /** Returns the row that holds a row's result: itself or the first row with its key. */
    private static int source(Row row) {
        return row.aliasOf() > 0 ? row.aliasOf() : row.number();
    }

    private static @Nullable ResultRequest request(Row row, RowStates rowStates) {
        if (row.invalid() != null
                || !ItemState.of(rowStates.states().getOrDefault(source(row), '\0'))
                        .ended()) {
            return null;
        }
        String stored = rowStates.stored().get(source(row));
        // token|generation|result
        int second = stored == null ? -1 : stored.indexOf('|', stored.indexOf('|') + 1);
        return new ResultRequest(source(row), stored == null ? null : stored.substring(second + 1));
    }

    private Future<RowStates> rowStates(Source from, List<Row> rows) {
        Keys.Job keys = Keys.job(from.job());
        int first = rows.get(0).number();
        int last = rows.get(rows.size() - 1).number();
        TreeSet<Integer> sources = new TreeSet<>();
        rows.forEach(row -> sources.add(source(row)));
        List<Object> arguments = new ArrayList<>(List.of(first, last));
        arguments.addAll(sources);
        return redis.run(
                        Scripts.RESULTS,
                        List.of(keys.meta(), keys.states(), keys.results(), keys.questions()),
                        arguments)
                .map(reply -> {
                    // The rows were read earlier; they belong to this job if its creation time is unchanged.
                    String segment = reply.text();
                    if (!reply.text().equals(String.valueOf(from.created()))) {
                        throw from.gone();
                    }
                    Map<Integer, Character> states = new HashMap<>();
                    Map<Integer, String> stored = new HashMap<>();
                    String within = latin(reply);
                    for (int row = first; row <= last; row++) {
                        states.put(
                                row,
                                row - first < within.length() ? within.charAt(row - first) : ItemState.WAITING.code());
                    }
                    String before = latin(reply);
                    ScriptReply results = reply.list();
                    int place = 0;
                    for (int source : sources) {
                        if (source < first) {
                            states.put(source, before.charAt(place++));
                        }
                        String result = results.textOrNull();
                        if (result != null) {
                            stored.put(source, result);
                        }
                    }
                    Map<Integer, JsonObject> questions = new HashMap<>();
                    OpenQuestion.list(reply.list()).forEach(open -> questions.put(open.row(), open.question()));
                    return new RowStates(states, stored, segment, questions);
                });
    }

    private static String latin(ScriptReply reply) {
        return reply.bytes().toString(StandardCharsets.ISO_8859_1);
    }

    private ItemView view(Source from, Row row, char code, @Nullable String stored, RowStates rowStates) {
        if (row.invalid() != null) {
            ItemError error = new ItemError(ErrorCode.INVALID_INPUT, row.invalid(), null);
            return new ItemView(row, ItemState.INVALID_INPUT, new JsonObject(), error, 0);
        }
        ItemState state = ItemState.of(code);
        if (from.ended() && !state.ended()) {
            state = ItemState.CANCELLED;
        }
        if (stored == null || !state.ended()) {
            JsonObject question = state.ended() ? null : rowStates.questions().get(row.number());
            return new ItemView(row, state, new JsonObject(), null, 0, null, List.of(), question);
        }
        JsonObject result = new JsonObject(stored);
        if (!ResultJson.isOf(row, result)) {
            mismatches.increment();
            LOG.error("The stored result of row {} of job {} belongs to another row", row.number(), from.job());
            ItemError fault = new ItemError(ErrorCode.INTERNAL, "the stored result belongs to another row", null);
            return new ItemView(row, ItemState.FAILED, new JsonObject(), fault, 0);
        }
        JsonObject error = result.getJsonObject("error");
        return new ItemView(
                row,
                state,
                result.getJsonObject("fields"),
                error == null ? null : ItemError.of(error),
                result.getInteger("attempts"),
                result.getJsonObject("visit"),
                EvidenceFiles.StoredFile.list(result.getJsonArray("evidence")),
                null);
    }
}
