package dev.rowhound.app.submission;

import dev.rowhound.app.Refusal;
import dev.rowhound.app.reading.JobLookup;
import dev.rowhound.artifact.ArtifactDraft;
import dev.rowhound.artifact.ArtifactNames;
import dev.rowhound.artifact.Sha256;
import dev.rowhound.intake.ChunkSink;
import dev.rowhound.intake.Layout;
import dev.rowhound.job.JobState;
import dev.rowhound.job.RowChunk;
import dev.rowhound.job.WorkKind.Specification;
import dev.rowhound.limit.QuotaDecision;
import dev.rowhound.progress.Wakeups;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.NewJob;
import dev.rowhound.queue.job.UploadEndedException;
import dev.rowhound.queue.job.Uploads;
import dev.rowhound.queue.job.Uploads.Opened;
import dev.rowhound.queue.job.Uploads.Upload;
import dev.rowhound.redis.RetryPolicy;
import dev.rowhound.redis.StoreUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.apache.commons.io.input.TeeInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates one job: reads the file's bytes as they arrive, stores them as an artifact, appends the rows to the job,
 * seals it, and undoes all of that on failure. The blocking methods run on a worker thread, so that a slow store slows
 * the source down.
 */
public final class Submission implements FormFile<JobSnapshot>, ChunkSink {
    private static final Logger LOG = LoggerFactory.getLogger(Submission.class);

    /** The failure code of an interrupted upload. */
    public static final String UPLOAD_ABORTED = "upload_aborted";

    static final String FILE = "file";

    /** Retries calls for 15 s while the store is unavailable. */
    private static final RetryPolicy STORE_RETRY =
            new RetryPolicy(Duration.ofMillis(200), Duration.ofMillis(200), Duration.ofSeconds(15));

    /** The prefix of a token in the file's name, which distinguishes uploads of one job. */
    private static final int TOKEN_PREFIX_CHARS = 12;

    private final Submissions parts;
    private final SubmissionForm form;
    private final JobSource source;
    private final Upload upload;
    private final String artifact;
    private volatile boolean opened;
    private volatile boolean counted;
    private volatile boolean sealing;

    public Submission(Submissions parts, SubmissionForm form, JobSource source) {
        this.parts = parts;
        this.form = form;
        this.source = source;
        this.upload = Uploads.upload(source.job());
        this.artifact = ArtifactNames.input(upload.token().substring(0, TOKEN_PREFIX_CHARS));
    }

    /** Signals that another upload has already opened the job. */
    public static final class ExistingJobException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Opened existing;
        private final boolean matching;

        ExistingJobException(Opened existing, boolean matching) {
            super("the job exists");
            this.existing = existing;
            this.matching = matching;
        }

        Opened existing() {
            return existing;
        }

        /** Whether the other upload has the same user, work and columns; its file may differ nevertheless. */
        boolean matching() {
            return matching;
        }
    }

    public String job() {
        return upload.job();
    }

    /** Whether this submission has opened the job in the store. */
    public boolean opened() {
        return opened;
    }

    /**
     * Reads the whole file and stores it.
     *
     * @return the number of rows
     * @throws ExistingJobException if another upload has opened the job; the rest of the file is then drained
     * @throws Exception an error of the file or the store; see {@link #undo}
     */
    @Override
    public int run(InputStream file) throws Exception {
        try (file;
                ArtifactDraft copy = parts.artifacts().write(upload.job(), artifact);
                InputStream bytes = new TeeInputStream(file, copy)) {
            int rows = runStored(bytes);
            copy.commit();
            return rows;
        }
    }

    /**
     * Reads a whole file that is already stored.
     *
     * @return the number of rows
     * @throws Exception as {@link #run}
     */
    public int runStored(InputStream bytes) throws Exception {
        int rows = parts.intake().run(bytes, form.csv(), form.specification().keys(), this);
        Specification specification = form.specification();
        LOG.info(
                "Job {} of {} was uploaded: {} rows for {} version {}",
                upload.job(),
                source.user(),
                rows,
                specification.name(),
                specification.version());
        return rows;
    }

    @Override
    public void begin(Layout layout) {
        String fingerprint = fingerprint(layout);
        NewJob job = new NewJob(
                upload.job(),
                source.user(),
                form.specification(),
                source.fileName(),
                layout.columns(),
                layout.keyColumn(),
                new NewJob.HeaderFinding(layout.header(), layout.detected()),
                fingerprint,
                source.ttl(),
                form.pace(),
                new NewJob.Halts(form.sample(), form.specification().pauseAfterBlocks()),
                source.schedule());
        counted = admit();
        Opened result = STORE_RETRY.await(() -> parts.uploads().open(upload, job));
        if (result.upload() == null) {
            if (counted && !result.state().equals("receiving")) {
                STORE_RETRY.await(() -> parts.quotas().release(source.user(), upload.job()));
            }
            counted = false;
            throw new ExistingJobException(result, result.fingerprint().equals(fingerprint));
        }
        opened = true;
        parts.wakeups().publish(upload.job());
        parts.wakeups().publish(Wakeups.jobsOf(source.user()));
    }

    /**
     * Checks the user's quota of open jobs. Returns whether this call has counted the job. A repeated upload passes
     * even at the limit, so that it gets the same response as the first.
     */
    private boolean admit() {
        QuotaDecision admission = STORE_RETRY.await(() -> parts.quotas().admit(source.user(), upload.job()));
        if (!admission.allowed() && STORE_RETRY.await(() -> parts.jobs().find(upload.job())) == null) {
            throw QuotaRefusals.of(admission);
        }
        return admission.added();
    }

    @Override
    public void accept(RowChunk chunk) {
        STORE_RETRY.await(() -> parts.room().require());
        QuotaDecision rows = STORE_RETRY.await(() -> parts.quotas()
                .countRows(
                        source.user(), upload.job(), chunk.index(), chunk.rows().size()));
        if (!rows.allowed()) {
            throw QuotaRefusals.of(rows);
        }
        STORE_RETRY.await(() -> parts.uploads().append(upload, chunk));
        parts.signal().publish();
        parts.wakeups().publish(upload.job());
    }

    @Override
    public void hold() {
        if (opened) {
            // A failed renewal is not retried: the job must fail if the store is unavailable for the whole lease.
            var unused = parts.uploads().hold(upload);
        }
    }

    @Override
    public Future<JobSnapshot> finish(int rows, String sha256) {
        sealing = true;
        return STORE_RETRY
                .run(parts.timing(), () -> parts.uploads().seal(upload, rows, sha256))
                .compose(done -> {
                    parts.wakeups().publish(upload.job());
                    parts.signal().publish();
                    return JobLookup.find(parts.jobs(), upload.job());
                });
    }

    /**
     * Fails an opened job with the reason and deletes the file. A job that was sealed meanwhile continues and keeps its
     * file.
     */
    @Override
    public void undo(Throwable error) {
        if (sealing && error instanceof StoreUnavailableException) {
            // The job may be sealed and need its file. Otherwise its lease expires and the sweeper deletes the file.
            return;
        }
        boolean endedBefore = error instanceof UploadEndedException;
        boolean maybeSealed = sealing && !endedBefore;
        try {
            if (!maybeSealed) {
                parts.artifacts().delete(upload.job(), artifact);
            }
            if (opened && !endedBefore) {
                STORE_RETRY.await(() -> parts.uploads().fail(upload, InputFaults.reason(error)));
                parts.wakeups().publish(upload.job());
            }
            if (maybeSealed && !sealed()) {
                parts.artifacts().delete(upload.job(), artifact);
            }
            giveBack();
        } catch (IOException | RuntimeException e) {
            // The upload's lease expires and the job then fails.
            LOG.warn("Job {} could not be marked as failed after its upload failed: {}", upload.job(), e.getMessage());
        }
    }

    /** Whether the job was sealed before it could be failed, so that its file is needed. */
    private boolean sealed() {
        JobSnapshot job = STORE_RETRY.await(() -> parts.jobs().find(upload.job()));
        return job != null && job.state() != JobState.FAILED && job.state() != JobState.RECEIVING;
    }

    /** Returns the existing job for a repeated submission; refuses another submission under the same id or key. */
    @Override
    public Future<JobSnapshot> failed(Throwable error, @Nullable String sha256) {
        if (!(error instanceof ExistingJobException conflict)) {
            return Future.failedFuture(InputFaults.refusal(error));
        }
        String id = upload.job();
        Opened existing = conflict.existing();
        if (conflict.matching() && existing.digest().equals(sha256)) {
            return JobLookup.find(parts.jobs(), id);
        }
        if (conflict.matching() && existing.state().equals("failed") && !source.idProposed()) {
            return JobLookup.find(parts.jobs(), id).compose(failed -> Future.failedFuture(sameFailure(failed)));
        }
        return Future.failedFuture(existing.digest().isEmpty() ? unfinished(id, existing.state()) : otherContent(id));
    }

    private Refusal otherContent(String id) {
        return source.idProposed()
                ? Refusal.of(
                        "job_exists",
                        "there is a job " + id + " from another upload; use another id",
                        "Rowhound-Job-Id")
                : Refusal.of(
                        "idempotency_conflict",
                        "another upload was sent with the same key; use another key",
                        "Idempotency-Key");
    }

    private static Refusal unfinished(String id, String state) {
        return state.equals("receiving")
                ? Refusal.of("upload_in_progress", "the same upload is already in progress; watch its job " + id)
                : Refusal.of("job_ended", "the job " + id + " is " + state + "; send the file with another key");
    }

    /** Refuses a submission whose first attempt failed; whether both files are equal is unknown. */
    private static Refusal sameFailure(JobSnapshot failed) {
        JsonObject reason = failed.reason();
        return reason == null || Submissions.lost(failed)
                ? Refusal.of("job_ended", "the upload with this key was interrupted too often; use another key")
                : new RepeatedFailure(reason);
    }

    /** Refunds the user's quotas, except for rows that were processed meanwhile. */
    private void giveBack() {
        if (!counted && !opened) {
            return;
        }
        JobSnapshot job = STORE_RETRY.await(() -> parts.jobs().find(upload.job()));
        if (job == null || job.state().terminal()) {
            STORE_RETRY.await(() -> parts.quotas().release(source.user(), upload.job()));
        }
        int keptRows = job == null ? 0 : job.state() == JobState.FAILED ? job.doneByThemselves() : job.received();
        STORE_RETRY.await(() -> parts.quotas().refundRows(source.user(), upload.job(), keptRows));
    }

    private String fingerprint(Layout layout) {
        JsonArray parts = new JsonArray()
                .add(source.user())
                .add(form.asked())
                .add(new JsonArray(layout.columns()))
                .add(layout.keyColumn())
                .add(layout.header());
        if (form.sample() > 0) {
            parts.add("sample").add(form.sample());
        }
        return Sha256.hex(parts.encode());
    }
}
