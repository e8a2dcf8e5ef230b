package dev.rowhound.app.schedule;

import dev.rowhound.app.Refusal;
import dev.rowhound.app.submission.JobSource;
import dev.rowhound.app.submission.QuotaRefusals;
import dev.rowhound.app.submission.Submission;
import dev.rowhound.app.submission.SubmissionForm;
import dev.rowhound.app.submission.Submissions;
import dev.rowhound.artifact.ArtifactNames;
import dev.rowhound.intake.IntakeException;
import dev.rowhound.job.JobState;
import dev.rowhound.schedule.MissedFires.Decision;
import dev.rowhound.schedule.ScheduledUpload;
import dev.rowhound.schedule.Schedules;
import dev.rowhound.schedule.Schedules.FireOutcome;
import dev.rowhound.schedule.Schedules.LeasedSchedule;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.json.JsonObject;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the jobs of schedule fires. The node that holds the lease of a schedule creates the job under an id derived
 * from the fire, seals it, and only then advances the schedule to its next fire. The next lease holder therefore
 * repeats whatever was interrupted, and finds an existing job by its id instead of creating it twice.
 */
final class ScheduleFires {
    private static final Logger LOG = LoggerFactory.getLogger(ScheduleFires.class);

    /** Limits how often a fire is attempted whose node fails during it. */
    static final int MAX_ATTEMPTS = 3;

    /** Leases survive two lost renewals. */
    private static final int RENEWALS_PER_LEASE = 3;

    private final Vertx vertx;
    private final WorkerExecutor threads;
    private final Submissions submissions;
    private final Schedules schedules;
    private final Duration ttl;
    private final Clock clock;
    private final Duration lease;
    private volatile boolean stopped;

    /**
     * @param threads the threads that read files
     * @param ttl how long jobs are kept after their end
     * @param clock determines which fires are due
     * @param lease after how long without a renewal another node takes over a fire
     */
    ScheduleFires(
            Vertx vertx,
            WorkerExecutor threads,
            Submissions submissions,
            Schedules schedules,
            Duration ttl,
            Clock clock,
            Duration lease) {
        this.vertx = vertx;
        this.threads = threads;
        this.submissions = submissions;
        this.schedules = schedules;
        this.ttl = ttl;
        this.clock = clock;
        this.lease = lease;
    }

    private enum FireState {
        /** The job must be created under the attempt's id. */
        FREE,
        /** The job exists. */
        CREATED,
        /** The job is still receiving rows, possibly from a node that has failed. */
        RECEIVING,
        /** All attempts have failed. */
        EXHAUSTED
    }

    private record Attempt(int number, String job, FireState state) {}

    /**
     * Creates the job of a schedule's next fire if it is due and no other node holds the schedule's lease.
     *
     * @return fails if the job could not be created now; the node that next acquires the lease continues
     */
    Future<Void> fire(String id) {
        return schedules.take(id, lease).compose(held -> held == null ? Future.succeededFuture() : settle(held));
    }

    /** Aborts the reading of all files. */
    void stop() {
        stopped = true;
    }

    private Future<Void> settle(LeasedSchedule held) {
        ScheduledUpload schedule = held.schedule();
        Instant fire = schedule.next();
        Instant now = clock.instant();
        if (fire == null || schedule.paused() || fire.isAfter(now)) {
            return schedules.release(held);
        }
        return attempt(schedule, fire, 1).compose(attempt -> {
            if (attempt.state() == FireState.FREE && attempt.number() == 1) {
                Decision decision = schedule.missed().decide(schedule.times(), fire, now);
                if (!decision.run()) {
                    LOG.info("Schedule {} skips the fires missed since {}", schedule.id(), fire);
                    return advance(held, FireOutcome.skipped(fire), decision.at());
                }
                if (!decision.at().equals(fire)) {
                    return schedules
                            .skipTo(held, decision.at())
                            .compose(later -> later == null ? Future.succeededFuture() : settle(later));
                }
            }
            return switch (attempt.state()) {
                // A fire waits while the store is full, so that it does not use an attempt.
                case FREE -> submissions.room().require().compose(checked -> createJob(held, fire, attempt));
                case CREATED -> advance(held, FireOutcome.created(fire, attempt.job()), fire);
                // Within two leases the upload either ends or expires.
                case RECEIVING -> Future.succeededFuture();
                case EXHAUSTED ->
                    advance(
                            held,
                            failed(
                                    fire,
                                    Submission.UPLOAD_ABORTED,
                                    "the uploads of this fire were interrupted " + MAX_ATTEMPTS + " times"),
                            fire);
            };
        });
    }

    private Future<Attempt> attempt(ScheduledUpload schedule, Instant fire, int number) {
        if (number > MAX_ATTEMPTS) {
            return Future.succeededFuture(new Attempt(number, "", FireState.EXHAUSTED));
        }
        String id = schedule.jobId(submissions.ids(), fire, number);
        return submissions.jobs().find(id).compose(job -> {
            if (job != null && (Submissions.lost(job) || !schedule.id().equals(job.schedule()))) {
                // An upload may have proposed the same id, so the job need not belong to this fire.
                return attempt(schedule, fire, number + 1);
            }
            FireState state = job == null
                    ? FireState.FREE
                    : job.state() == JobState.RECEIVING ? FireState.RECEIVING : FireState.CREATED;
            return Future.succeededFuture(new Attempt(number, id, state));
        });
    }

    private Future<Void> createJob(LeasedSchedule held, Instant fire, Attempt attempt) {
        ScheduledUpload schedule = held.schedule();
        return SubmissionForm.ofStored(schedule.fields(), submissions.kinds())
                .transform(form -> form.succeeded()
                        ? createJob(held, fire, attempt, form.result())
                        : unreadable(held, fire, form.cause()));
    }

    /** Records a failed fire, for example because its recipe was deleted. A failure of the store is retried. */
    private Future<Void> unreadable(LeasedSchedule held, Instant fire, Throwable error) {
        return error instanceof Refusal refusal
                ? advance(held, failed(fire, refusal.code(), refusal.message()), fire)
                : Future.failedFuture(error);
    }

    private Future<Void> createJob(LeasedSchedule held, Instant fire, Attempt attempt, SubmissionForm form) {
        ScheduledUpload schedule = held.schedule();
        Submission submission = new Submission(
                submissions,
                form,
                new JobSource(attempt.job(), false, schedule.user(), schedule.file(), ttl, schedule.id()));
        long renewer = vertx.setPeriodic(
                Math.max(1, lease.toMillis() / RENEWALS_PER_LEASE), id -> schedules.renew(held, lease));
        return threads.executeBlocking(() -> read(schedule, submission), false)
                .compose(rows -> submission.finish(rows, schedule.digest()))
                .compose(job -> {
                    LOG.info("Schedule {} created job {} for {}", schedule.id(), attempt.job(), fire);
                    return advance(held, FireOutcome.created(fire, attempt.job()), fire);
                })
                .recover(error ->
                        undo(submission, error).compose(undone -> handleFailure(held, fire, submission, error)))
                .onComplete(done -> vertx.cancelTimer(renewer));
    }

    private int read(ScheduledUpload schedule, Submission submission) throws Exception {
        try (InputStream bytes =
                new Stoppable(submissions.artifacts().read(schedule.id(), ArtifactNames.scheduleInput()))) {
            return submission.runStored(bytes);
        }
    }

    private Future<Void> undo(Submission submission, Throwable error) {
        return threads.executeBlocking(
                () -> {
                    if (!(error instanceof Submission.ExistingJobException)) {
                        submission.undo(error);
                    }
                    return null;
                },
                false);
    }

    private Future<Void> handleFailure(LeasedSchedule held, Instant fire, Submission submission, Throwable error) {
        if (error instanceof Submission.ExistingJobException) {
            // Another node has started the same attempt and continues it.
            return Future.succeededFuture();
        }
        if (error instanceof IntakeException fault) {
            // A retry would read the same invalid file.
            return refused(held, fire, submission, fault.code().wire(), String.valueOf(fault.getMessage()));
        }
        if (error instanceof Refusal refusal && refusal.code().equals(QuotaRefusals.CODE)) {
            // A wait for the quota would accumulate fires of the schedule.
            return refused(held, fire, submission, refusal.code(), refusal.message());
        }
        return Future.failedFuture(error);
    }

    private Future<Void> refused(
            LeasedSchedule held, Instant fire, Submission submission, String code, String message) {
        FireOutcome outcome = failed(fire, code, message);
        String job = submission.opened() ? submission.job() : null;
        return advance(held, new FireOutcome(fire, job, outcome.error()), fire);
    }

    private static FireOutcome failed(Instant fire, String code, String message) {
        return new FireOutcome(fire, null, new JsonObject().put("code", code).put("message", message));
    }

    /** Records an outcome and advances the schedule to the first fire after {@code last}. */
    private Future<Void> advance(LeasedSchedule held, FireOutcome outcome, Instant last) {
        if (outcome.error() != null) {
            LOG.warn(
                    "Schedule {} could not create a job for {}: {}",
                    held.schedule().id(),
                    last,
                    outcome.error());
        }
        return schedules
                .advance(held, outcome, held.schedule().times().next(last))
                .mapEmpty();
    }

    /** Fails when the node stops, so that another node makes the fire, or this one after its restart. */
    private final class Stoppable extends FilterInputStream {
        Stoppable(InputStream bytes) {
            super(bytes);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (stopped) {
                throw new InterruptedIOException("the node stops");
            }
            return super.read(target, offset, length);
        }
    }
}
