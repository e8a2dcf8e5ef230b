package dev.rowhound.http;

import dev.rowhound.config.JsonReader;
import dev.rowhound.config.Problems;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.JobState;
import dev.rowhound.progress.Wakeups;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.job.Jobs.Controlled;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Wishes about whole jobs: each is one step in the store, however many rows the job has. */
final class JobControlHandler {
    private static final String CODES = "codes";

    private final HttpParts parts;
    private final Jobs jobs;

    JobControlHandler(HttpParts parts) {
        this.parts = parts;
        this.jobs = parts.jobs();
    }

    /** Answers with the job as it stands once the wish is fulfilled. */
    static Once.Operation answering(Function<RoutingContext, Future<JobSnapshot>> wish) {
        return context -> wish.apply(context).map(job -> Once.Answer.ok(JobJson.snapshot(job)));
    }

    /** {@code POST /api/v1/jobs/{id}/cancel}. */
    Future<JobSnapshot> cancel(RoutingContext context) {
        String id = context.pathParam("id");
        return jobs.cancel(id)
                .compose(done ->
                        settle(id, done, state -> ended("the job is " + state + " and cannot be cancelled any more")));
    }

    /** {@code POST /api/v1/jobs/{id}/pause}. */
    Future<JobSnapshot> pause(RoutingContext context) {
        String id = context.pathParam("id");
        return jobs.pause(id).compose(done -> settle(id, done, state -> refusal(state, "can be paused when it")));
    }

    /** {@code POST /api/v1/jobs/{id}/resume}. */
    Future<JobSnapshot> resume(RoutingContext context) {
        String id = context.pathParam("id");
        return jobs.resume(id)
                .compose(done -> settle(id, done, state -> refusal(state, "has nothing to resume until it")))
                .onSuccess(done -> parts.signal().publish());
    }

    /** {@code POST /api/v1/jobs/{id}/retry-failed}, whose body has been read. */
    Future<JobSnapshot> retryFailed(RoutingContext context) {
        String id = context.pathParam("id");
        return Future.succeededFuture(context.body().buffer())
                .map(JobControlHandler::codes)
                .compose(codes -> {
                    String key = IdempotencyKey.of(context.request());
                    String request = key == null
                            ? UUID.randomUUID().toString()
                            : UploadIntake.sha256(parts.config()
                                            .callers()
                                            .of(context.request())
                                            .user() + "\n" + key);
                    return JobsHandler.find(jobs, id).compose(job -> retry(job, codes, request));
                })
                .onSuccess(done -> parts.signal().publish());
    }

    /** A job that goes on again is one of its user's open jobs again. */
    private Future<JobSnapshot> retry(JobSnapshot job, Set<ErrorCode> codes, String request) {
        if (job.state() != JobState.COMPLETED) {
            return retryAdmitted(job, codes, request);
        }
        return parts.quotas().readmit(job.user(), job.id()).compose(admission -> {
            if (!admission.allowed()) {
                return Future.failedFuture(UploadIntake.quotaExceeded(admission));
            }
            return retryAdmitted(job, codes, request)
                    .recover(refused -> !admission.added() || !(refused instanceof ApiException)
                            ? Future.failedFuture(refused)
                            : parts.quotas()
                                    .leave(job.user(), job.id())
                                    .transform(left -> Future.failedFuture(refused)));
        });
    }

    private Future<JobSnapshot> retryAdmitted(JobSnapshot job, Set<ErrorCode> codes, String request) {
        return jobs.retryFailed(job.id(), codes, request).compose(done -> {
            if (done.nothing()) {
                return Future.failedFuture(new ApiException(
                        ApiError.of(409, "nothing_to_retry", "no row of the job has failed or was refused")));
            }
            parts.wakeups().publish(Wakeups.jobsOf(job.user()));
            return settle(job.id(), done, JobControlHandler::notCompleted);
        });
    }

    private static ApiError notCompleted(String state) {
        return JobState.of(state).terminal()
                ? ended("the job is " + state + "; only the failed rows of a completed job can be retried")
                : ApiError.of(
                        409,
                        "job_not_ended",
                        "the job is " + state + "; its failed rows can be retried once it has ended");
    }

    private static ApiError refusal(String state, String what) {
        return JobState.of(state).terminal()
                ? ended("the job is " + state + " and goes on no more")
                : ApiError.of(409, "job_receiving", "the job's file still arrives; it " + what + " is all there");
    }

    private static ApiError ended(String message) {
        return ApiError.of(409, "job_ended", message);
    }

    /** What to answer once a wish is fulfilled, or why it is not. */
    private Future<JobSnapshot> settle(String id, Controlled done, Function<String, ApiError> refusal) {
        if (done.done()) {
            parts.wakeups().publish(id);
            return JobsHandler.find(jobs, id);
        }
        return Future.failedFuture(
                new ApiException(done.state().isEmpty() ? ApiError.noSuchJob(id) : refusal.apply(done.state())));
    }

    /** Reads which errors are meant; none means all. */
    private static Set<ErrorCode> codes(@Nullable Buffer body) {
        if (body == null || body.toString().isBlank()) {
            return Set.of();
        }
        JsonObject json;
        try {
            json = new JsonObject(body);
        } catch (DecodeException | ClassCastException e) {
            throw new ApiException(ApiError.of(
                    400,
                    "invalid_field",
                    "the body is not a JSON object; leave it out, or give such as {\"codes\":[\"timeout\"]}",
                    "body"));
        }
        Problems problems = new Problems("body");
        JsonReader reader = new JsonReader(json, problems);
        Set<ErrorCode> codes = EnumSet.noneOf(ErrorCode.class);
        codes.addAll(reader.choices(CODES, ErrorCode.class));
        if (codes.contains(ErrorCode.INVALID_INPUT)) {
            reader.problem(CODES, "holds invalid_input, but the recipe's check would refuse those rows again");
        }
        if (reader.isEmptyList(CODES)) {
            reader.problem(CODES, "is empty; leave it out to retry all");
        }
        reader.end();
        if (!problems.isEmpty()) {
            Problems.Problem first = problems.list().get(0);
            boolean known = first.path().startsWith(CODES);
            throw new ApiException(
                    ApiError.of(400, known ? "invalid_field" : "unknown_field", first.toString(), first.path()));
        }
        return codes;
    }
}
