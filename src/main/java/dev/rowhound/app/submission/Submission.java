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
 * One source on its way to a job: reads the file's bytes as they arrive, keeps them as an artifact, brings the rows into
 * the store, seals the job, and undoes all of that where it fails. What blocks runs on a thread of its own; a store that
 * is slow slows the source down.
 */
public final class Submission implements FormFile<JobSnapshot>, ChunkSink {
    private static final Logger LOG = LoggerFactory.getLogger(Submission.class);

    /** What an upload ends with that broke off. */
    public static final String BROKEN_OFF = "upload_aborted";

    /** The field with the file. */
    static final String FILE = "file";

    /** A store that is away may hold a submission up for 15 s before it fails. */
    private static final RetryPolicy STORE =
            new RetryPolicy(Duration.ofMillis(200), Duration.ofMillis(200), Duration.ofSeconds(15));

    /** How much of a token goes into a file's name: enough to tell two uploads of one job apart. */
    private static final int NAME_PART = 12;

    private final Submissions parts;
    private final SubmissionForm form;
    private final JobSource source;
    private final Upload upload;
    private final String artifact;
    private volatile boolean opened;
    private volatile boolean counted;
    private volatile boolean sealing;

    /** For a job that is to be opened. */
    public Submission(Submissions parts, SubmissionForm form, JobSource source) {
        this.parts = parts;
        this.form = form;
        this.source = source;
        this.upload = Uploads.upload(source.job());
        this.artifact = ArtifactNames.input(upload.token().substring(0, NAME_PART));
    }

    /** The job of that id was opened by another upload before. */
    public static final class ExistingJobException extends RuntimeException {
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

        /** Whether the other upload was for the same user, work and columns; its file may be another all the same. */
        boolean alike() {
            return alike;
        }
    }

    /** The job's id. */
    public String job() {
        return upload.job();
    }

    /** Whether the job is in the store. */
    public boolean opened() {
        return opened;
    }

    /**
     * Reads the whole file.
     *
     * @return how many rows there were
     * @throws ExistingJobException if another upload had opened the job; the rest of the file then drains
     * @throws Exception whatever made the file or the store unusable; see {@link #undo}
     */
    @Override
    public int run(InputStream file) throws Exception {
        try (file;
                ArtifactDraft copy = parts.artifacts().write(upload.job(), artifact);
                InputStream bytes = new TeeInputStream(file, copy)) {
            int rows = runKept(bytes);
            copy.commit();
            return rows;
        }
    }

    /**
     * Reads a whole file that is kept already.
     *
     * @return how many rows there were
     * @throws Exception as of {@link #run}
     */
    public int runKept(InputStream bytes) throws Exception {
        int rows = parts.intake().run(bytes, form.csv(), form.specification().keys(), this);
        Specification specification = form.specification();
        LOG.info(
                "Job {} of {} has come: {} rows for {} version {}",
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
        Opened answer = STORE.await(() -> parts.uploads().open(upload, job));
        if (answer.upload() == null) {
            if (counted && !answer.state().equals("receiving")) {
                STORE.await(() -> parts.quotas().leave(source.user(), upload.job()));
            }
            counted = false;
            throw new ExistingJobException(answer, answer.fingerprint().equals(fingerprint));
        }
        opened = true;
        parts.wakeups().publish(upload.job());
        parts.wakeups().publish(Wakeups.jobsOf(source.user()));
    }

    /**
     * Asks whether the user may open a job; answers whether this has counted it. The same upload once more, which the
     * user may well be at the limit with, is answered as the first one was.
     */
    private boolean admit() {
        QuotaDecision admission = STORE.await(() -> parts.quotas().admit(source.user(), upload.job()));
        if (!admission.allowed() && STORE.await(() -> parts.jobs().find(upload.job())) == null) {
            throw QuotaRefusals.of(admission);
        }
        return admission.added();
    }

    @Override
    public void accept(RowChunk chunk) {
        STORE.await(() -> parts.room().require());
        QuotaDecision rows = STORE.await(() -> parts.quotas()
                .countRows(
                        source.user(), upload.job(), chunk.index(), chunk.rows().size()));
        if (!rows.allowed()) {
            throw QuotaRefusals.of(rows);
        }
        STORE.await(() -> parts.uploads().append(upload, chunk));
        parts.signal().publish();
        parts.wakeups().publish(upload.job());
    }

    @Override
    public void hold() {
        if (opened) {
            // A job that is not held in time ends as failed, which is right when the store is away that long.
            var unused = parts.uploads().hold(upload);
        }
    }

    @Override
    public Future<JobSnapshot> finish(int rows, String sha256) {
        sealing = true;
        return STORE.run(parts.timing(), () -> parts.uploads().seal(upload, rows, sha256))
                .compose(done -> {
                    parts.wakeups().publish(upload.job());
                    parts.signal().publish();
                    return JobLookup.find(parts.jobs(), upload.job());
                });
    }

    /**
     * Undoes what the submission has left: a job that was opened ends as failed with the reason on its record, the file
     * goes. A job that was sealed meanwhile goes on, and keeps its file.
     */
    @Override
    public void undo(Throwable error) {
        if (sealing && error instanceof StoreUnavailableException) {
            // The job may be sealed, and its file needed. If it is not, its lease ends it, and the file is swept.
            return;
        }
        boolean endedBefore = error instanceof UploadEndedException;
        boolean maybeSealed = sealing && !endedBefore;
        try {
            if (!maybeSealed) {
                parts.artifacts().delete(upload.job(), artifact);
            }
            if (opened && !endedBefore) {
                STORE.await(() -> parts.uploads().fail(upload, InputFaults.reason(error)));
                parts.wakeups().publish(upload.job());
            }
            if (maybeSealed && !sealed()) {
                parts.artifacts().delete(upload.job(), artifact);
            }
            giveBack();
        } catch (IOException | RuntimeException e) {
            // The upload's lease runs out, and the job ends as failed then.
            LOG.warn("Job {} could not be ended after its upload had failed: {}", upload.job(), e.getMessage());
        }
    }

    /** Whether the job was sealed before it could be failed, so that its file is needed. */
    private boolean sealed() {
        JobSnapshot job = STORE.await(() -> parts.jobs().find(upload.job()));
        return job != null && job.state() != JobState.FAILED && job.state() != JobState.RECEIVING;
    }

    /** The same submission once more is answered as the first one was; another one under its name is refused. */
    @Override
    public Future<JobSnapshot> failed(Throwable error, @Nullable String sha256) {
        if (!(error instanceof ExistingJobException known)) {
            return Future.failedFuture(InputFaults.refusal(error));
        }
        String id = upload.job();
        Opened existing = known.existing();
        if (known.alike() && existing.digest().equals(sha256)) {
            return JobLookup.find(parts.jobs(), id);
        }
        if (known.alike() && existing.state().equals("failed") && !source.idProposed()) {
            return JobLookup.find(parts.jobs(), id).compose(failed -> Future.failedFuture(sameFailure(failed)));
        }
        return Future.failedFuture(existing.digest().isEmpty() ? unfinished(id, existing.state()) : otherContent(id));
    }

    private Refusal otherContent(String id) {
        return source.idProposed()
                ? Refusal.of(
                        "job_exists",
                        "there is a job " + id + " of another upload; propose another id",
                        "Rowhound-Job-Id")
                : Refusal.of(
                        "idempotency_conflict",
                        "another upload was sent under the same key; send this one under another",
                        "Idempotency-Key");
    }

    private static Refusal unfinished(String id, String state) {
        return state.equals("receiving")
                ? Refusal.of("upload_in_progress", "the same upload is under way already; watch its job " + id)
                : Refusal.of("job_ended", "the job " + id + " is " + state + "; send the file under another key");
    }

    /** What a submission under the same name has failed with; how far its content was the same is not known. */
    private static Refusal sameFailure(JobSnapshot failed) {
        JsonObject reason = failed.reason();
        return reason == null || Submissions.lost(failed)
                ? Refusal.of("job_ended", "the upload under this key was lost too often; send it under another")
                : new RepeatedFailure(reason);
    }

    /** Takes back what the user's quotas have counted, but for rows that were looked up meanwhile. */
    private void giveBack() {
        if (!counted && !opened) {
            return;
        }
        JobSnapshot job = STORE.await(() -> parts.jobs().find(upload.job()));
        if (job == null || job.state().terminal()) {
            STORE.await(() -> parts.quotas().leave(source.user(), upload.job()));
        }
        int kept = job == null ? 0 : job.state() == JobState.FAILED ? job.doneByThemselves() : job.received();
        STORE.await(() -> parts.quotas().giveBackRows(source.user(), upload.job(), kept));
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
