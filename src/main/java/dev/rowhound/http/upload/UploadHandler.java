package dev.rowhound.http.upload;

import dev.rowhound.app.Refusal;
import dev.rowhound.app.submission.FormFile;
import dev.rowhound.app.submission.InputFaults;
import dev.rowhound.app.submission.JobSource;
import dev.rowhound.app.submission.Submission;
import dev.rowhound.app.submission.SubmissionForm;
import dev.rowhound.app.submission.Submissions;
import dev.rowhound.artifact.ArtifactStore;
import dev.rowhound.http.request.BodyLimit;
import dev.rowhound.http.request.Callers;
import dev.rowhound.http.request.Errors;
import dev.rowhound.http.request.HttpRefusal;
import dev.rowhound.http.request.RequestScope;
import dev.rowhound.job.WorkKinds;
import dev.rowhound.queue.job.JobSnapshot;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receives uploads. The rows of a file are stored, and workers process them, while the rest of the file arrives. */
public final class UploadHandler {
    /** Header with a job id that the caller proposes. */
    private static final String PROPOSED_ID = "Rowhound-Job-Id";

    private static final Logger LOG = LoggerFactory.getLogger(UploadHandler.class);

    private final Vertx vertx;
    private final UploadConfig config;
    private final UploadGate gate;
    private final Duration lease;
    private final Callers callers;
    private final Submissions submissions;
    private final Path temporary;
    private final BooleanSupplier ready;
    private final WorkerExecutor threads;

    /**
     * Creates the handler.
     *
     * @param gate limits concurrent uploads
     * @param lease how long a job stays in state receiving without a renewal by its upload
     * @param callers identifies the callers
     * @param submissions creates jobs
     * @param temporary folder for files that precede form fields
     * @param ready whether the node accepts uploads
     */
    public UploadHandler(
            Vertx vertx,
            UploadConfig config,
            UploadGate gate,
            Duration lease,
            Callers callers,
            Submissions submissions,
            Path temporary,
            BooleanSupplier ready) {
        this.vertx = vertx;
        this.config = config;
        this.gate = gate;
        this.lease = lease;
        this.callers = callers;
        this.submissions = submissions;
        this.temporary = temporary;
        this.ready = ready;
        this.threads = vertx.createSharedWorkerExecutor("rowhound-intake", config.maxAtOnce(), 1, TimeUnit.HOURS);
    }

    /** Position of the file part among the fields of a form. */
    enum FilePosition {
        /** After all fields, so that its rows are parsed as they arrive. */
        LAST,
        /** Anywhere, so that it is spooled to disk until the form is complete. */
        ANY
    }

    /**
     * Creates a job from an upload whose file is the last part.
     *
     * @param context the request
     * @param ttl how long the job is kept after its end
     * @param answer sends the response to a complete upload
     */
    public void submit(RoutingContext context, Duration ttl, BiConsumer<RoutingContext, JobSnapshot> answer) {
        submit(context, FilePosition.LAST, null, ttl, answer);
    }

    /**
     * Creates a job from an upload to the legacy API, which has other field names and accepts parts in any order.
     *
     * @param context the request
     * @param recipe the recipe if the form names none
     * @param ttl how long the job is kept after its end
     * @param answer sends the response to a complete upload
     */
    public void submitOld(
            RoutingContext context, String recipe, Duration ttl, BiConsumer<RoutingContext, JobSnapshot> answer) {
        submit(context, FilePosition.ANY, recipe, ttl, answer);
    }

    private void submit(
            RoutingContext context,
            FilePosition position,
            @Nullable String oldRecipe,
            Duration ttl,
            BiConsumer<RoutingContext, JobSnapshot> answer) {
        String proposed = proposedId(context.request());
        // A proposed job id identifies the upload, so an idempotency key is not needed.
        String key = proposed == null ? RequestScope.of(context).key() : null;
        take(
                context,
                position,
                (fields, filename) -> {
                    String user = callers.of(context.request(), fields).user();
                    Future<SubmissionForm> parsed = form(kinds -> oldRecipe == null
                            ? SubmissionForm.read(fields, kinds, List.of())
                            : SubmissionForm.readOld(fields, oldRecipe, kinds));
                    return parsed.compose(form -> {
                        Future<String> id =
                                proposed == null ? submissions.idFor(user, key) : Future.succeededFuture(proposed);
                        return id.map(job -> new Submission(
                                submissions,
                                form,
                                new JobSource(job, proposed != null, user, nameOf(filename), ttl, null)));
                    });
                },
                answer);
    }

    /** Reads a form. An unknown recipe or other resource that a field names is reported as 400 for that field. */
    public <F> Future<F> form(Function<WorkKinds, Future<F>> reading) {
        return reading.apply(submissions.kinds())
                .recover(error ->
                        Future.failedFuture(error instanceof Refusal refusal ? HttpRefusal.of(400, refusal) : error));
    }

    private static @Nullable String proposedId(HttpServerRequest request) {
        String proposed = request.getHeader(PROPOSED_ID);
        try {
            return proposed == null ? null : UUID.fromString(proposed).toString();
        } catch (IllegalArgumentException e) {
            throw Refusal.invalidField("the header " + PROPOSED_ID + " is not a UUID", PROPOSED_ID);
        }
    }

    /** Returns the file name, or a default if the upload has none. */
    public static String nameOf(@Nullable String filename) {
        return filename == null || filename.isBlank() ? "upload.csv" : filename;
    }

    /**
     * Receives a form whose last part is a file.
     *
     * @param opening determines what is created from the file
     * @param answer sends the response to a complete upload
     */
    public <T> void take(RoutingContext context, FormFile.Opening<T> opening, BiConsumer<RoutingContext, T> answer) {
        take(context, FilePosition.LAST, opening, answer);
    }

    private <T> void take(
            RoutingContext context,
            FilePosition position,
            FormFile.Opening<T> opening,
            BiConsumer<RoutingContext, T> answer) {
        HttpServerRequest request = context.request();
        if (!ready.getAsBoolean()) {
            throw Refusal.of("shutting_down", "this node is starting or stopping; try again in a moment");
        }
        request.pause();
        Promise<T> finished = Promise.promise();
        submissions
                .room()
                .require()
                .onSuccess(room -> {
                    if (context.response().closed()) {
                        finished.fail("the client has disconnected");
                        return;
                    }
                    UploadSession<T> session = new UploadSession<>(this, context, position, opening);
                    session.finished().onComplete(finished);
                    session.listen();
                    request.resume();
                })
                .onFailure(error -> {
                    // Do not wait for the body.
                    BodyLimit.closeAfterResponse(context);
                    request.resume();
                    finished.fail(error);
                });
        finished.future().onComplete(done -> {
            if (done.succeeded()) {
                answer.accept(context, done.result());
            } else if (context.response().closed()) {
                LOG.info(
                        "An upload to {} from {} was interrupted: {}",
                        request.path(),
                        RequestScope.of(context).client(),
                        done.cause().getMessage());
            } else {
                Errors.answer(context, Errors.refusal(InputFaults.refusal(done.cause()), 500, context));
            }
        });
    }

    public Vertx vertx() {
        return vertx;
    }

    public UploadConfig config() {
        return config;
    }

    WorkerExecutor threads() {
        return threads;
    }

    ArtifactStore artifacts() {
        return submissions.artifacts();
    }

    Path temporary() {
        return temporary;
    }

    UploadGate gate() {
        return gate;
    }

    Duration lease() {
        return lease;
    }
}
