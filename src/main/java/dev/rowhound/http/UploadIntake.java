package dev.rowhound.http;

import dev.rowhound.artifact.ArtifactDraft;
import dev.rowhound.artifact.StorageException;
import dev.rowhound.intake.ChunkSink;
import dev.rowhound.intake.IntakeException;
import dev.rowhound.intake.Layout;
import dev.rowhound.intake.UploadPipe;
import dev.rowhound.job.JobState;
import dev.rowhound.job.RowChunk;
import dev.rowhound.limit.QuotaDecision;
import dev.rowhound.progress.Wakeups;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.NewJob;
import dev.rowhound.queue.job.UploadEndedException;
import dev.rowhound.queue.job.Uploads;
import dev.rowhound.queue.job.Uploads.Opened;
import dev.rowhound.queue.job.Uploads.Upload;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.redis.StoreUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.commons.io.input.TeeInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The blocking half of one upload: reads the file's bytes as they arrive, keeps them as an artifact, and brings the
 * rows into the store. Runs on a thread of its own; a store that is slow slows the upload down.
 */
final class UploadIntake implements ChunkSink {
    private static final Logger LOG = LoggerFactory.getLogger(UploadIntake.class);

    /** How long a store that is away may hold an upload up before it fails. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final long RESEND_MILLIS = 200;

    /** How much of a token goes into a file's name: enough to tell two uploads of one job apart. */
    private static final int NAME_PART = 12;

    private final HttpParts parts;
    private final UploadForm form;
    private final String fileName;
    private final String user;
    private final Duration ttl;
    private final @Nullable String schedule;
    private final Upload upload;
    private final String artifact;
    private volatile boolean opened;
    private volatile boolean counted;

    /**
     * For a job that is to be opened.
     *
     * @param schedule the schedule whose fire this is, or null
     */
    UploadIntake(
            HttpParts parts,
            UploadForm form,
            String job,
            String user,
            String fileName,
            Duration ttl,
            @Nullable String schedule) {
        this.parts = parts;
        this.form = form;
        this.fileName = fileName;
        this.user = user;
        this.ttl = ttl;
        this.schedule = schedule;
        this.upload = Uploads.upload(job);
        this.artifact = "input-" + upload.token().substring(0, NAME_PART) + ".csv";
    }

    /** The job of that id was opened by another upload before. */
    static final class ExistingJobException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Opened existing;
        private final boolean alike;

        ExistingJobException(Opened existing, boolean alike) {
            super("the job exists");
            this.existing = existing;
            this.alike = alike;
        }

        Opened existing() {
            return existing;
        }

        /** Whether the other upload was for the same user, recipe and columns; its file may be another all the same. */
        boolean alike() {
            return alike;
        }
    }

    /** The right to fill the job. */
    Upload upload() {
        return upload;
    }

    /** Whether the job is in the store. */
    boolean opened() {
        return opened;
    }

    /**
     * Reads the whole file.
     *
     * @return how many rows there were
     * @throws ExistingJobException if another upload had opened the job; the rest of the file then drains
     * @throws Exception whatever made the file or the store unusable; see {@link #fail}
     */
    int run(UploadPipe pipe) throws Exception {
        try (ArtifactDraft copy = parts.artifacts().write(upload.job(), artifact);
                InputStream bytes = new TeeInputStream(pipe, copy)) {
            int rows = run(bytes);
            copy.commit();
            return rows;
        } finally {
            pipe.close();
        }
    }

    /**
     * Reads a whole file that is kept already.
     *
     * @return how many rows there were
     * @throws Exception as of {@link #run(UploadPipe)}
     */
    int run(InputStream bytes) throws Exception {
        int rows = parts.intake().run(bytes, form.csv(), form.recipe().input(), this);
        Recipe recipe = form.recipe();
        LOG.info(
                "Job {} of {} has come: {} rows for {} version {}",
                upload.job(),
                user,
                rows,
                recipe.name(),
                recipe.version());
        return rows;
    }

    @Override
    public void begin(Layout layout) {
        Recipe recipe = form.recipe();
        String fingerprint = fingerprint(layout);
        NewJob job = new NewJob(
                upload.job(),
                user,
                recipe.source(),
                recipe.name(),
                recipe.version(),
                recipe.fieldNames(),
                fileName,
                layout.columns(),
                layout.keyColumn(),
                new NewJob.HeaderFinding(layout.header(), layout.detected()),
                fingerprint,
                ttl,
                form.pace(),
                new NewJob.Halts(form.sample(), recipe.pauseAfterBlocks()),
                schedule);
        counted = admit();
        Opened answer = await(() -> parts.uploads().open(upload, job));
        if (answer.upload() == null) {
            if (counted && !answer.state().equals("receiving")) {
                await(() -> parts.quotas().leave(user, upload.job()));
            }
            counted = false;
            throw new ExistingJobException(answer, answer.fingerprint().equals(fingerprint));
        }
        opened = true;
        parts.wakeups().publish(upload.job());
        parts.wakeups().publish(Wakeups.jobsOf(user));
    }

    /**
     * Asks whether the user may open a job; answers whether this has counted it. The same upload once more, which the
     * user may well be at the limit with, is answered as the first one was.
     */
    private boolean admit() {
        QuotaDecision admission = await(() -> parts.quotas().admit(user, upload.job()));
        if (!admission.allowed() && await(() -> parts.jobs().find(upload.job())) == null) {
            throw quotaExceeded(admission);
        }
        return admission.added();
    }

    /** The user has as much as the node allows. */
    static ApiException quotaExceeded(QuotaDecision refused) {
        return new ApiException(ApiError.of(429, "quota_exceeded", refused.message(), "user_id")
                .with(Errors.RETRY_AFTER, refused.retryAfter().toSeconds() + 1));
    }

    /** Fails with {@code store_full} while the store takes no more: what is there shall be looked up to its end. */
    static Future<Void> room(HttpParts parts) {
        return parts.memory()
                .full()
                .compose(full -> full
                        ? Future.failedFuture(new ApiException(ApiError.of(
                                503,
                                "store_full",
                                "the store is nearly full; send the file again when running jobs have ended")))
                        : Future.succeededFuture());
    }

    @Override
    public void accept(RowChunk chunk) {
        await(() -> room(parts));
        QuotaDecision rows = await(() -> parts.quotas()
                .countRows(user, upload.job(), chunk.index(), chunk.rows().size()));
        if (!rows.allowed()) {
            throw quotaExceeded(rows);
        }
        await(() -> parts.uploads().append(upload, chunk));
        parts.signal().publish();
        parts.wakeups().publish(upload.job());
    }

    /**
     * Undoes what the upload has left: a job that was opened ends as failed with the reason on its record, the file
     * goes.
     */
    void fail(Throwable error) {
        try {
            parts.artifacts().delete(upload.job(), artifact);
            if (opened && !(error instanceof UploadEndedException)) {
                await(() -> parts.uploads().fail(upload, reason(error)));
                parts.wakeups().publish(upload.job());
            }
            giveBack();
        } catch (IOException | RuntimeException e) {
            // The upload's lease runs out, and the job ends as failed then.
            LOG.warn("Job {} could not be ended after its upload had failed: {}", upload.job(), e.getMessage());
        }
    }

    /** Takes back what the user's quotas have counted, but for rows that were looked up meanwhile. */
    private void giveBack() {
        if (!counted && !opened) {
            return;
        }
        JobSnapshot job = await(() -> parts.jobs().find(upload.job()));
        if (job == null || job.state().terminal()) {
            await(() -> parts.quotas().leave(user, upload.job()));
        }
        int kept = job == null ? 0 : job.state() == JobState.FAILED ? job.doneByThemselves() : job.received();
        await(() -> parts.quotas().giveBackRows(user, upload.job(), kept));
    }

    /** Why an upload failed, as it stands on the job's record. */
    private static JsonObject reason(Throwable error) {
        if (error instanceof IntakeException fault) {
            JsonObject reason =
                    new JsonObject().put("code", fault.code().wire()).put("message", fault.getMessage());
            return fault.line() > 0 ? reason.put("line", fault.line()) : reason;
        }
        if (error instanceof ApiException refused) {
            return new JsonObject()
                    .put("code", refused.error().code())
                    .put("message", refused.error().message());
        }
        if (error instanceof StorageException disk) {
            return new JsonObject()
                    .put("code", disk.reason().code())
                    .put("message", disk.reason().sentence());
        }
        return new JsonObject()
                .put("code", "upload_aborted")
                .put("message", "the upload broke off before its end; send the file again");
    }

    private String fingerprint(Layout layout) {
        JsonArray parts = new JsonArray()
                .add(user)
                .add(form.recipe().name())
                .add(new JsonArray(layout.columns()))
                .add(layout.keyColumn())
                .add(layout.header());
        if (form.sample() > 0) {
            parts.add("sample").add(form.sample());
        }
        if (form.version() != null) {
            parts.add("version").add(form.version());
        }
        return sha256(parts.encode());
    }

    /** A SHA-256 in hexadecimal. */
    static String sha256(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Waits for a call to the store; one that gets no answer is sent again, which each of them may be. */
    private static <T extends @Nullable Object> T await(Supplier<Future<T>> call) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return call.get().toCompletionStage().toCompletableFuture().join();
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof RuntimeException cause)) {
                    throw e;
                }
                if (!(cause instanceof StoreUnavailableException) || System.nanoTime() - deadline >= 0) {
                    throw cause;
                }
            }
            try {
                TimeUnit.MILLISECONDS.sleep(RESEND_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while the store was away", e);
            }
        }
    }
}
