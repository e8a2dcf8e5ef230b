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
import dev.rowhound.schedule.Schedules.Held;
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
 * Turns the fires of schedules into jobs. The node that has the right to a fire makes its job under an id that follows
 * from the fire, seals it, and only then lets the schedule wait for its next fire. So whatever breaks off is begun again
 * by the next node that gets the right, and what was made is found again under its id and not made twice.
 */
final class ScheduleFires {
    private static final Logger LOG = LoggerFactory.getLogger(ScheduleFires.class);

    /** How often a fire is begun whose node ends within it. */
    static final int MAX_ATTEMPTS = 3;

    /** The right is renewed this often within its lease, so that two lost calls do not lose it. */
    private static final int RENEWALS_A_LEASE = 3;

    private final Vertx vertx;
    private final WorkerExecutor threads;
    private final Submissions submissions;
    private final Schedules schedules;
    private final Duration ttl;
    private final Clock clock;
    private final Duration lease;
    private volatile boolean stopped;

    /**
     * Fires of those schedules.
     *
     * @param threads where files are read
     * @param ttl how long jobs are kept after their end
     * @param clock tells what is due
     * @param lease after how long without a sign of life another node takes a fire up
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

    /** How far a fire has come. */
    private enum Standing {
        /** Its job is to be made under this id. */
        FREE,
        /** Its job is there. */
        MADE,
        /** A job of it still receives, from a node that may be gone. */
        UNDER_WAY,
        /** It was begun as often as it may be. */
        EXHAUSTED
    }

    private record Attempt(int number, String job, Standing standing) {}

    /**
     * Makes a schedule's next fire if it is due and no other node makes it.
     *
     * @return fails where it could not be made for now; the node that asks after the lease has ended goes on with it
     */
    Future<Void> fire(String id) {
        return schedules.take(id, lease).compose(held -> held == null ? Future.succeededFuture() : settle(held));
    }

    /** No further file is begun, and those that are being read break off. */
    void stop() {
        stopped = true;
    }

    private Future<Void> settle(Held held) {
        ScheduledUpload schedule = held.schedule();
        Instant fire = schedule.next();
        Instant now = clock.instant();
        if (fire == null || schedule.paused() || fire.isAfter(now)) {
            return schedules.release(held);
        }
        return attempt(schedule, fire, 1).compose(attempt -> {
            if (attempt.standing() == Standing.FREE && attempt.number() == 1) {
                Decision decision = schedule.missed().decide(schedule.times(), fire, now);
                if (!decision.make()) {
                    LOG.info("Schedule {} leaves out what it missed since {}", schedule.id(), fire);
                    return advance(held, FireOutcome.leftOut(fire), decision.at());
                }
                if (!decision.at().equals(fire)) {
                    return schedules
                            .skipTo(held, decision.at())
                            .compose(later -> later == null ? Future.succeededFuture() : settle(later));
                }
            }
            return switch (attempt.standing()) {
                // A fire waits while the store is full, so that it uses up no attempt.
                case FREE -> submissions.room().require().compose(enough -> make(held, fire, attempt));
                case MADE -> advance(held, FireOutcome.made(fire, attempt.job()), fire);
                // Its upload runs out before the lease has done so once or twice, or comes to its end.
                case UNDER_WAY -> Future.succeededFuture();
                case EXHAUSTED ->
                    advance(
                            held,
                            failed(
                                    fire,
                                    Submission.BROKEN_OFF,
                                    "the uploads of this fire broke off, " + MAX_ATTEMPTS + " times"),
                            fire);
            };
        });
    }

    private Future<Attempt> attempt(ScheduledUpload schedule, Instant fire, int number) {
        if (number > MAX_ATTEMPTS) {
            return Future.succeededFuture(new Attempt(number, "", Standing.EXHAUSTED));
        }
        String id = schedule.jobId(submissions.ids(), fire, number);
        return submissions.jobs().find(id).compose(job -> {
            if (job != null && (Submissions.lost(job) || !schedule.id().equals(job.schedule()))) {
                // An upload may have proposed that id; it is not this fire.
                return attempt(schedule, fire, number + 1);
            }
            Standing standing = job == null
                    ? Standing.FREE
                    : job.state() == JobState.RECEIVING ? Standing.UNDER_WAY : Standing.MADE;
            return Future.succeededFuture(new Attempt(number, id, standing));
        });
    }

    private Future<Void> make(Held held, Instant fire, Attempt attempt) {
        ScheduledUpload schedule = held.schedule();
        return SubmissionForm.ofKept(schedule.fields(), submissions.kinds())
                .transform(form -> form.succeeded()
                        ? make(held, fire, attempt, form.result())
                        : unreadable(held, fire, form.cause()));
    }

    /** Such as a recipe that there is not any more; a store that is away is asked again. */
    private Future<Void> unreadable(Held held, Instant fire, Throwable error) {
        return error instanceof Refusal refusal
                ? advance(held, failed(fire, refusal.code(), refusal.message()), fire)
                : Future.failedFuture(error);
    }

    private Future<Void> make(Held held, Instant fire, Attempt attempt, SubmissionForm form) {
        ScheduledUpload schedule = held.schedule();
        Submission submission = new Submission(
                submissions,
                form,
                new JobSource(attempt.job(), false, schedule.user(), schedule.file(), ttl, schedule.id()));
        long renewer =
                vertx.setPeriodic(Math.max(1, lease.toMillis() / RENEWALS_A_LEASE), id -> schedules.renew(held, lease));
        return threads.executeBlocking(() -> read(schedule, submission), false)
                .compose(rows -> submission.finish(rows, schedule.digest()))
                .compose(job -> {
                    LOG.info("Schedule {} has made job {} for {}", schedule.id(), attempt.job(), fire);
                    return advance(held, FireOutcome.made(fire, attempt.job()), fire);
                })
                .recover(error -> undo(submission, error).compose(undone -> broken(held, fire, submission, error)))
                .onComplete(done -> vertx.cancelTimer(renewer));
    }

    private int read(ScheduledUpload schedule, Submission submission) throws Exception {
        try (InputStream bytes =
                new Stoppable(submissions.artifacts().read(schedule.id(), ArtifactNames.scheduleInput()))) {
            return submission.runKept(bytes);
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

    private Future<Void> broken(Held held, Instant fire, Submission submission, Throwable error) {
        if (error instanceof Submission.ExistingJobException) {
            // Another node has begun the same attempt; it goes on with it.
            return Future.succeededFuture();
        }
        if (error instanceof IntakeException fault) {
            // The same file would meet the same fault again.
            return refused(held, fire, submission, fault.code().wire(), String.valueOf(fault.getMessage()));
        }
        if (error instanceof Refusal refusal && refusal.code().equals(QuotaRefusals.CODE)) {
            // Waiting for the quota would pile the schedule's fires up.
            return refused(held, fire, submission, refusal.code(), refusal.message());
        }
        return Future.failedFuture(error);
    }

    private Future<Void> refused(Held held, Instant fire, Submission submission, String code, String message) {
        FireOutcome outcome = failed(fire, code, message);
        String job = submission.opened() ? submission.job() : null;
        return advance(held, new FireOutcome(fire, job, outcome.error()), fire);
    }

    private static FireOutcome failed(Instant fire, String code, String message) {
        return new FireOutcome(fire, null, new JsonObject().put("code", code).put("message", message));
    }

    /** Notes an outcome; the next fire is the first after {@code last}. */
    private Future<Void> advance(Held held, FireOutcome outcome, Instant last) {
        if (outcome.error() != null) {
            LOG.warn("Schedule {} could not be made for {}: {}", held.schedule().id(), last, outcome.error());
        }
        return schedules
                .advance(held, outcome, held.schedule().times().next(last))
                .mapEmpty();
    }

    /** Breaks off when the node stops, so that the fire goes to another one, or waits for this one's next start. */
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
