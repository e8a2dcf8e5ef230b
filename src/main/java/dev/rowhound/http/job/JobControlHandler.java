package dev.rowhound.http.job;

import dev.rowhound.app.Refusal;
import dev.rowhound.app.control.JobControl;
import dev.rowhound.config.JsonReader;
import dev.rowhound.config.Problems;
import dev.rowhound.http.request.IdempotencyFilter;
import dev.rowhound.http.request.IdempotencyFilter.Answer;
import dev.rowhound.http.request.RequestScope;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.queue.job.JobSnapshot;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Handles commands that change a job. */
final class JobControlHandler {
    private static final String CODES = "codes";

    private final JobControl control;

    JobControlHandler(JobControl control) {
        this.control = control;
    }

    /** Returns an operation that applies the command to the job in the path and answers with the job afterwards. */
    static IdempotencyFilter.Operation of(Function<String, Future<JobSnapshot>> command) {
        return context -> answer(command.apply(context.pathParam("id")));
    }

    /** {@code POST /api/v1/jobs/{id}/retry-failed}. */
    Future<Answer> retryFailed(RoutingContext context) {
        RequestScope scope = RequestScope.of(context);
        Set<ErrorCode> codes = codes(context.body().buffer());
        return answer(control.retryFailed(
                context.pathParam("id"), codes, scope.caller().user(), scope.key()));
    }

    private static Future<Answer> answer(Future<JobSnapshot> job) {
        return job.map(after -> Answer.ok(JobJson.snapshot(after)));
    }

    /** Returns the error codes to retry; an empty set means all. */
    private static Set<ErrorCode> codes(@Nullable Buffer body) {
        if (body == null || body.toString().isBlank()) {
            return Set.of();
        }
        JsonObject json;
        try {
            json = new JsonObject(body);
        } catch (DecodeException | ClassCastException e) {
            throw Refusal.of(
                    "invalid_field",
                    "the body is not a JSON object; omit it, or send, for example, {\"codes\":[\"timeout\"]}",
                    "body");
        }
        Problems problems = new Problems("body");
        JsonReader reader = new JsonReader(json, problems);
        Set<ErrorCode> codes = EnumSet.noneOf(ErrorCode.class);
        codes.addAll(reader.choices(CODES, ErrorCode.class));
        if (codes.contains(ErrorCode.INVALID_INPUT)) {
            reader.problem(CODES, "contains invalid_input, but those rows would fail validation again");
        }
        if (reader.isEmptyList(CODES)) {
            reader.problem(CODES, "is empty; omit it to retry all");
        }
        Refusal.throwIfAny(problems, "invalid_field", "");
        reader.end();
        Refusal.throwIfAny(problems, "unknown_field", "");
        return codes;
    }
}
