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

/**
 * Takes uploads: the fields, then the file, whose rows are in the store and being looked up while the rest still
 * arrives.
 */
public final class UploadHandler {
    /** The header with the job's id that the caller proposes. */
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
     * Takes uploads for a node.
     *
     * @param gate how many are taken at once
     * @param lease how long a job receives without a sign of life of its upload
     * @param callers tells whose they are
     * @param submissions makes jobs of them
     * @param temporary a folder for files whose fields come behind them
     * @param ready whether the node takes any
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

    /** Where the file of a form stands among its fields. */
    enum FilePosition {
        /** Behind them all, so that its rows are read as they arrive. */
        LAST,
        /** Anywhere, so that it is kept until the form is whole. */
        ANY
    }

    /**
     * Makes a job of an upload whose file is the last part.
     *
     * @param context the request
     * @param ttl how long the job is kept after its end
     * @param answer answers a whole upload
     */
    public void submit(RoutingContext context, Duration ttl, BiConsumer<RoutingContext, JobSnapshot> answer) {
        submit(context, FilePosition.LAST, null, ttl, answer);
    }

    /**
     * Makes a job of an upload as the old API takes it: its parts come in any order, and its fields are the old ones.
     *
     * @param context the request
     * @param recipe the recipe where the form names none
     * @param ttl how long the job is kept after its end
     * @param answer answers a whole upload
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
        // An id that the caller proposes names the upload by itself.
        String key = proposed == null ? RequestScope.of(context).key() : null;
        take(
                context,
                position,
                (fields, filename) -> {
                    String user = callers.of(context.request(), fields).user();
                    Future<SubmissionForm> read = form(kinds -> oldRecipe == null
                            ? SubmissionForm.read(fields, kinds, List.of())
                            : SubmissionForm.readOld(fields, oldRecipe, kinds));
                    return read.compose(form -> {
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

    /** Reads a form; what it names and does not exist is a fault of that field. */
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

    /** What a file is called that came without a name. */
    public static String nameOf(@Nullable String filename) {
        return filename == null || filename.isBlank() ? "upload.csv" : filename;
    }

    /**
     * Takes a form whose last part is a file.
     *
     * @param opening finds out what the file becomes
     * @param answer answers a whole upload
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
            throw Refusal.of("shutting_down", "this node starts or stops; try again in a moment");
        }
        request.pause();
        Promise<T> finished = Promise.promise();
        submissions
                .room()
                .require()
                .onSuccess(room -> {
                    if (context.response().closed()) {
                        finished.fail("the client is gone");
                        return;
                    }
                    UploadSession<T> session = new UploadSession<>(this, context, position, opening);
                    session.finished().onComplete(finished);
                    session.listen();
                    request.resume();
                })
                .onFailure(refused -> {
                    // The body is not waited for.
                    BodyLimit.hangUp(context);
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

    /** How long a job receives without a sign of life of its upload. */
    Duration lease() {
        return lease;
    }
}
