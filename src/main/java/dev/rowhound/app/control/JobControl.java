package dev.rowhound.app.control;

import dev.rowhound.app.Refusal;
import dev.rowhound.app.reading.JobLookup;
import dev.rowhound.app.submission.QuotaRefusals;
import dev.rowhound.artifact.Sha256;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.JobState;
import dev.rowhound.limit.Quotas;
import dev.rowhound.progress.Wakeups;
import dev.rowhound.queue.WorkSignal;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.job.Jobs.ControlResult;
import io.vertx.core.Future;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Executes commands on whole jobs. Each command is one operation in the store, regardless of the number of rows, and
 * returns the changed job or fails with a {@link Refusal}.
 */
public final class JobControl {
    private final Jobs jobs;
    private final Quotas quotas;
    private final Wakeups wakeups;
    private final WorkSignal signal;

    public JobControl(Jobs jobs, Quotas quotas, Wakeups wakeups, WorkSignal signal) {
        this.jobs = jobs;
        this.quotas = quotas;
        this.wakeups = wakeups;
        this.signal = signal;
    }

    /** Cancels a job; its unfinished rows stay unfinished. */
    public Future<JobSnapshot> cancel(String id) {
        return jobs.cancel(id)
                .compose(done ->
                        settle(id, done, state -> ended("the job is " + state + " and can no longer be cancelled")));
    }

    /** Pauses a job: none of its items starts until it is resumed. */
    public Future<JobSnapshot> pause(String id) {
        return jobs.pause(id).compose(done -> settle(id, done, state -> refusal(state, "can be paused once it")));
    }

    public Future<JobSnapshot> resume(String id) {
        return jobs.resume(id)
                .compose(done -> settle(id, done, state -> refusal(state, "can be paused and resumed once it")))
                .onSuccess(done -> signal.publish());
    }

    /**
     * Starts the next generation of a completed job, with its failed rows.
     *
     * @param codes the errors to retry; empty for all
     * @param user the caller, who scopes the key
     * @param key the idempotency key, or null
     */
    public Future<JobSnapshot> retryFailed(String id, Set<ErrorCode> codes, String user, @Nullable String key) {
        String request = key == null ? UUID.randomUUID().toString() : Sha256.hex(user + "\n" + key);
        return JobLookup.find(jobs, id)
                .compose(job -> retry(job, codes, request))
                .onSuccess(done -> signal.publish());
    }

    /** Retries a job after counting it as an open job of its user again. */
    private Future<JobSnapshot> retry(JobSnapshot job, Set<ErrorCode> codes, String request) {
        if (job.state() != JobState.COMPLETED) {
            return retryAdmitted(job, codes, request);
        }
        return quotas.readmit(job.user(), job.id()).compose(admission -> {
            if (!admission.allowed()) {
                return Future.failedFuture(QuotaRefusals.of(admission));
            }
            return retryAdmitted(job, codes, request)
                    .recover(refused -> !admission.added() || !(refused instanceof Refusal)
                            ? Future.failedFuture(refused)
                            : quotas.release(job.user(), job.id()).transform(left -> Future.failedFuture(refused)));
        });
    }

    private Future<JobSnapshot> retryAdmitted(JobSnapshot job, Set<ErrorCode> codes, String request) {
        return jobs.retryFailed(job.id(), codes, request).compose(done -> {
            if (done.nothing()) {
                return Future.failedFuture(Refusal.of("nothing_to_retry", "the job has no failed or blocked rows"));
            }
            wakeups.publish(Wakeups.jobsOf(job.user()));
            return settle(job.id(), done, JobControl::notCompleted);
        });
    }

    private static Refusal notCompleted(String state) {
        return JobState.of(state).terminal()
                ? ended("the job is " + state + "; only the failed rows of a completed job can be retried")
                : Refusal.of(
                        "job_not_ended", "the job is " + state + "; its failed rows can be retried once it has ended");
    }

    private static Refusal refusal(String state, String requirement) {
        return JobState.of(state).terminal()
                ? ended("the job is already " + state)
                : Refusal.of(
                        "job_receiving",
                        "the job's file is still being uploaded; the job " + requirement + " is complete");
    }

    private static Refusal ended(String message) {
        return Refusal.of("job_ended", message);
    }

    /** Returns the job after a successful command, or fails with the reason for a rejected one. */
    private Future<JobSnapshot> settle(String id, ControlResult done, Function<String, Refusal> refusal) {
        if (done.done()) {
            wakeups.publish(id);
            return JobLookup.find(jobs, id);
        }
        return Future.failedFuture(done.state().isEmpty() ? JobLookup.noSuchJob(id) : refusal.apply(done.state()));
    }
}
