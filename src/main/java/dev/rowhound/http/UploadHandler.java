package dev.rowhound.http;

import dev.rowhound.intake.IntakeException;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.UploadEndedException;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes an upload: the fields, then the file, whose rows are in the store and being looked up while the rest still
 * arrives. Lives on one event loop.
 */
public final class UploadHandler {
    private static final Logger LOG = LoggerFactory.getLogger(UploadHandler.class);

    private final Vertx vertx;
    private final HttpParts parts;
    private final WorkerExecutor threads;

    UploadHandler(Vertx vertx, HttpParts parts) {
        this.vertx = vertx;
        this.parts = parts;
        this.threads = vertx.createSharedWorkerExecutor(
                "rowhound-intake", parts.config().maxUploads(), 1, TimeUnit.HOURS);
    }

    /** {@code POST /api/v1/jobs}. */
    void create(RoutingContext context) {
        begin(context, null, parts.queue().ttl(), this::accepted);
    }

    /**
     * Takes an upload.
     *
     * @param context the request
     * @param fallbackRecipe the recipe where the form names none, or null where it must
     * @param ttl how long the job is kept after its end
     * @param answer answers a whole upload
     */
    public void begin(
            RoutingContext context,
            @Nullable String fallbackRecipe,
            Duration ttl,
            BiConsumer<RoutingContext, JobSnapshot> answer) {
        logRefusal(context);
        HttpServerRequest request = context.request();
        JobIds ids = JobIds.of(request);
        take(
                context,
                (fields, filename) -> {
                    RecipeChoice choice = RecipeChoice.of(fields, fallbackRecipe);
                    String user = parts.config().callers().of(request, fields).user();
                    return choice.in(parts.recipes(), 400).compose(recipe -> {
                        UploadForm form = UploadForm.read(fields, recipe, fallbackRecipe);
                        return ids.next(user, parts)
                                .map(job -> new JobUpload(
                                        parts,
                                        new UploadIntake(parts, form, job, user, nameOf(filename), ttl, null),
                                        ids.proposed()));
                    });
                },
                answer);
    }

    /** What a file is called that came without a name. */
    static String nameOf(@Nullable String filename) {
        return filename == null || filename.isBlank() ? "upload.csv" : filename;
    }

    /**
     * Takes a form with a file. Its caller has asked for {@link #logRefusal} before it reads the headers.
     *
     * @param opening finds out what the file becomes
     * @param answer answers a whole upload
     */
    <T> void take(RoutingContext context, FormFile.Opening<T> opening, BiConsumer<RoutingContext, T> answer) {
        HttpServerRequest request = context.request();
        if (!parts.management().ready().getAsBoolean()) {
            throw new ApiException(
                    ApiError.of(503, "shutting_down", "this node starts or stops; try again in a moment"));
        }
        long length = declaredLength(request);
        if (length > parts.config().maxUploadBytes()) {
            // The body is not waited for.
            UploadSession.hangUp(vertx, context);
            throw new ApiException(UploadSession.tooLarge(parts.config().maxUploadBytes()));
        }
        request.pause();
        Promise<T> finished = Promise.promise();
        UploadIntake.room(parts)
                .onSuccess(room -> {
                    if (context.response().closed()) {
                        finished.fail("the client is gone");
                        return;
                    }
                    UploadSession<T> session = new UploadSession<>(vertx, threads, parts, context, opening);
                    session.finished().onComplete(finished);
                    session.listen();
                    request.resume();
                })
                .onFailure(refused -> {
                    // The body is not waited for.
                    UploadSession.hangUp(vertx, context);
                    request.resume();
                    finished.fail(refused);
                });
        finished.future().onComplete(done -> {
            if (done.succeeded()) {
                answer.accept(context, done.result());
            } else if (context.response().closed()) {
                LOG.info(
                        "An upload to {} from {} broke off: {}",
                        request.path(),
                        parts.config().clients().of(request),
                        done.cause().getMessage());
            } else {
                Errors.answer(context, toError(done.cause(), context));
            }
        });
    }

    /** Lets the log say why an upload is refused, where it is. */
    void logRefusal(RoutingContext context) {
        context.addEndHandler(ended -> {
            if (context.<@Nullable Object>get(Errors.REFUSAL) instanceof ApiError error) {
                LOG.info(
                        "An upload to {} from {} was refused: {} {}, {}",
                        context.request().path(),
                        parts.config().clients().of(context.request()),
                        error.status(),
                        error.code(),
                        error.message());
            }
        });
    }

    private void accepted(RoutingContext context, JobSnapshot job) {
        var unused = context.response()
                .setStatusCode(202)
                .putHeader(HttpHeaders.LOCATION, JobJson.JOBS + "/" + job.id())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(JobJson.accepted(job).toBuffer());
    }

    /** How long the request says that its body is, or -1 where it does not say. */
    static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length != null && length.matches("\\d{1,18}") ? Long.parseLong(length) : -1;
    }

    private static ApiError toError(Throwable error, RoutingContext context) {
        if (error instanceof IntakeException fault) {
            ApiError told = ApiError.of(400, fault.code().wire(), String.valueOf(fault.getMessage()), fault.field());
            return fault.line() > 0 ? told.with("line", fault.line()) : told;
        }
        if (error instanceof UploadEndedException ended) {
            return ApiError.of(409, "job_ended", String.valueOf(ended.getMessage()));
        }
        return Errors.toError(error, 500, context);
    }
}
