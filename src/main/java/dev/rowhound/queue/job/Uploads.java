package dev.rowhound.queue.job;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemError;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.Row;
import dev.rowhound.job.RowChunk;
import dev.rowhound.queue.FairScheduler;
import dev.rowhound.queue.FairScheduler.QueuedJob;
import dev.rowhound.queue.Nonces;
import dev.rowhound.queue.QueueConfig;
import dev.rowhound.queue.Scripts;
import dev.rowhound.redis.JobField;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.RedisConnector;
import dev.rowhound.redis.ScriptReply;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stores uploaded jobs: open, append chunk by chunk, seal. All calls are idempotent. Items can be claimed as soon as
 * their chunk is stored.
 */
public final class Uploads {
    private final RedisConnector redis;
    private final QueueConfig config;
    private final FairScheduler turns;

    public Uploads(RedisConnector redis, QueueConfig config, FairScheduler turns) {
        this.redis = redis;
        this.config = config;
        this.turns = turns;
    }

    /**
     * The exclusive right to fill a job.
     *
     * @param job the job's id
     * @param token the secret that identifies the upload
     */
    public record Upload(String job, String token) {}

    /**
     * The result of opening a job.
     *
     * @param upload the right to fill the job, or null if another upload opened a job of this id before
     * @param state the state of that other job
     * @param fingerprint the fingerprint of that other job
     * @param digest the digest of that other upload, empty while it is in progress
     */
    public record Opened(@Nullable Upload upload, String state, String fingerprint, String digest) {}

    /** Creates a new right to fill a job. */
    public static Upload upload(String job) {
        return new Upload(job, Nonces.secret());
    }

    /**
     * Opens a job. The indexes are written before, because a job that is in none is lost, and again after, because a
     * sweeper may have removed the entries as dangling meanwhile.
     */
    public Future<Opened> open(Upload upload, NewJob job) {
        Keys.Job keys = Keys.job(job.id());
        List<Object> arguments = new ArrayList<>(
                List.of(Nonces.next(), upload.token(), config.uploadLease().toMillis()));
        fields(job).forEach((name, value) -> {
            arguments.add(name.key());
            arguments.add(value);
        });
        return index(job)
                .compose(indexed -> redis.run(Scripts.OPEN, List.of(keys.meta(), keys.events()), arguments))
                .compose(reply -> reply.text().equals("opened")
                        ? index(job).map(new Opened(upload, "receiving", job.fingerprint(), ""))
                        : Future.succeededFuture(new Opened(null, reply.text(), reply.text(), reply.text())));
    }

    private Future<Void> index(NewJob job) {
        return OpenJobs.index(redis, job.id(), job.user(), System.currentTimeMillis(), true);
    }

    /**
     * Appends a chunk, which must follow the previous one. Its items can be claimed at once.
     *
     * @return fails with {@link UploadEndedException} if the job no longer accepts rows
     */
    public Future<Void> append(Upload upload, RowChunk chunk) {
        StringBuilder states = new StringBuilder();
        Map<Integer, Integer> repeats = new LinkedHashMap<>();
        JsonArray invalidRows = new JsonArray();
        JsonArray errors = new JsonArray();
        boolean explicitStates = false;
        for (Row row : chunk.rows()) {
            if (row.invalid() != null) {
                states.append(ItemState.INVALID_INPUT.code());
                invalidRows.add(row.number());
                errors.add(new ItemError(ErrorCode.INVALID_INPUT, row.invalid(), null).toJson());
                explicitStates = true;
            } else if (row.aliasOf() > 0) {
                states.append(ItemState.ALIAS);
                repeats.merge(row.aliasOf(), 1, Integer::sum);
                explicitStates = true;
            } else {
                states.append(ItemState.WAITING.code());
            }
        }
        JsonObject invalid = new JsonObject().put("rows", invalidRows).put("errors", errors);
        List<Object> arguments = new ArrayList<>(List.of(
                Nonces.next(),
                upload.token(),
                config.uploadLease().toMillis(),
                chunk.index(),
                chunk.firstRow(),
                chunk.rows().size(),
                ChunkCodec.encode(chunk.rows()),
                explicitStates ? states.toString() : "",
                invalidRows.size(),
                invalid.encode()));
        repeats.forEach((first, times) -> {
            arguments.add(first);
            arguments.add(times);
        });
        return append(upload, arguments).compose(added -> turns.offer(added));
    }

    /** Extends the lease of a slow upload. */
    public Future<Void> hold(Upload upload) {
        return append(
                        upload,
                        List.of(
                                Nonces.next(),
                                upload.token(),
                                config.uploadLease().toMillis(),
                                0,
                                0,
                                0,
                                Buffer.buffer(),
                                "",
                                0,
                                ""))
                .mapEmpty();
    }

    private Future<QueuedJob> append(Upload upload, List<Object> arguments) {
        return redis.run(Scripts.APPEND, Keys.job(upload.job()).forAppending(), arguments)
                .map(reply -> {
                    throwIfRefused(reply);
                    int unusedRows = reply.integer();
                    return new QueuedJob(upload.job(), reply.text(), reply.integer());
                });
    }

    /**
     * Marks the input as complete.
     *
     * @param rows how many rows were appended
     * @param digest the digest of the whole upload, to recognize a repetition
     * @return fails with {@link UploadEndedException} if the job no longer accepts rows
     */
    public Future<Void> seal(Upload upload, int rows, String digest) {
        Keys.Job keys = Keys.job(upload.job());
        return redis.run(
                        Scripts.SEAL,
                        List.of(keys.meta(), keys.events()),
                        List.of(Nonces.next(), upload.token(), rows, digest))
                .map(reply -> {
                    throwIfRefused(reply);
                    return null;
                });
    }

    /** Fails the job with a reason and deletes its rows; does nothing if it has ended. */
    public Future<Void> fail(Upload upload, JsonObject reason) {
        return Jobs.control(redis, upload.job(), "fail", upload.token(), reason.encode(), "")
                .mapEmpty();
    }

    private static void throwIfRefused(ScriptReply reply) {
        switch (reply.text()) {
            case "gone" -> throw new UploadEndedException(reply.text());
            case "gap" ->
                throw new IllegalStateException("a gap: the store has other rows than were sent: "
                        + String.join(", ", reply.rest(ScriptReply::text)));
            default -> {}
        }
    }

    private Map<JobField, Object> fields(NewJob job) {
        Map<JobField, Object> fields = new EnumMap<>(JobField.class);
        fields.put(JobField.USER, job.user());
        fields.put(JobField.RECIPE, job.specification().document().encode());
        fields.put(JobField.RECIPE_NAME, job.specification().name());
        fields.put(JobField.RECIPE_VERSION, job.specification().version());
        fields.put(JobField.FIELDS, new JsonArray(job.specification().fields()).encode());
        fields.put(JobField.FILE, job.file());
        fields.put(JobField.COLUMNS, new JsonArray(job.columns()).encode());
        fields.put(JobField.KEY_COLUMN, job.keyColumn());
        fields.put(JobField.HEADER, job.header().toJson().encode());
        fields.put(JobField.FINGERPRINT, job.fingerprint());
        fields.put(JobField.TTL, job.ttl().toMillis());
        fields.put(JobField.PRIORITY, job.pace().priority());
        fields.put(JobField.CONC, job.pace().concurrency());
        fields.put(JobField.DELAY_MIN, job.pace().delayMinMillis());
        fields.put(JobField.DELAY_MAX, job.pace().delayMaxMillis());
        if (job.halts().sample() > 0) {
            fields.put(JobField.SAMPLE, job.halts().sample());
        }
        if (job.halts().blocks() > 0) {
            fields.put(JobField.BLOCKS_MAX, job.halts().blocks());
        }
        if (job.schedule() != null) {
            fields.put(JobField.SCHEDULE, job.schedule());
        }
        return fields;
    }
}
