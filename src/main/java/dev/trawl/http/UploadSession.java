package dev.trawl.http;

import dev.trawl.http.UploadIntake.ExistingJobException;
import dev.trawl.intake.UploadPipe;
import dev.trawl.queue.JobSnapshot;
import dev.trawl.queue.Uploads.Opened;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpServerFileUpload;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One upload, on its event loop: reads the fields, leads the file to {@link UploadIntake}, and seals the job when the
 * request is whole.
 */
final class UploadSession {
    private static final String FILE = "file";

    /** The job is held this often within the upload's lease, so that two lost calls do not lose it. */
    private static final int HOLDS_A_LEASE = 3;

    private final Vertx vertx;
    private final WorkerExecutor threads;
    private final HttpParts parts;
    private final RoutingContext context;
    private final HttpServerRequest request;
    private final String job;
    private final @Nullable String fallbackRecipe;
    private final Duration ttl;
    private final Promise<JobSnapshot> finished = Promise.promise();
    private @Nullable FileInProgress file;
    private @Nullable ApiException refused;

    /**
     * What the file is led to.
     *
     * @param pipe takes its bytes
     * @param intake reads them
     * @param rows how many there were; failed once what the upload had left is undone
     * @param fieldsBefore how many fields came before it
     */
    private record FileInProgress(UploadPipe pipe, UploadIntake intake, Future<Integer> rows, int fieldsBefore) {}

    UploadSession(
            Vertx vertx,
            WorkerExecutor threads,
            HttpParts parts,
            RoutingContext context,
            String job,
            @Nullable String fallbackRecipe,
            Duration ttl) {
        this.vertx = vertx;
        this.threads = threads;
        this.parts = parts;
        this.context = context;
        this.request = context.request();
        this.job = job;
        this.fallbackRecipe = fallbackRecipe;
        this.ttl = ttl;
    }

    /** What became of the upload: its job, sealed, or why not. */
    Future<JobSnapshot> finished() {
        return finished.future();
    }

    /** Begins to take the request's body. */
    void listen() {
        request.setExpectMultipart(true);
        request.uploadHandler(this::file);
        request.exceptionHandler(this::broken);
        request.endHandler(end -> whole());
        context.response().closeHandler(closed -> broken(new IOException("the client is gone")));
    }

    /** The upload is larger than allowed. */
    static ApiError tooLarge(long limit) {
        return ApiError.of(413, "too_large", "the upload is larger than " + limit + " bytes; split the file", FILE);
    }

    /** A file begins. A request that is refused is read to its end all the same, so that its client hears why. */
    private void file(HttpServerFileUpload upload) {
        if (refused == null) {
            try {
                accept(upload);
                return;
            } catch (ApiException e) {
                refused = e;
            }
        }
        upload.handler(bytes -> {});
    }

    private void accept(HttpServerFileUpload upload) {
        if (!FILE.equals(upload.name())) {
            throw new ApiException(ApiError.of(
                    400, "unknown_field", "the file came as \"" + upload.name() + "\"; send it as \"file\"", FILE));
        }
        if (file != null) {
            throw new ApiException(
                    ApiError.of(400, "unknown_field", "there is more than one file; send one an upload", FILE));
        }
        UploadForm form = UploadForm.read(request.formAttributes(), parts.recipes(), fallbackRecipe);
        String user = Callers.of(request).user();
        String name = upload.filename() == null || upload.filename().isBlank() ? "upload.csv" : upload.filename();
        UploadIntake intake = new UploadIntake(parts, form, job, user, name, ttl);
        UploadPipe pipe = new UploadPipe(vertx.getOrCreateContext());
        lead(upload, pipe);
        Future<Integer> rows = threads.executeBlocking(() -> intake.run(pipe), false)
                .recover(error -> undo(intake, error).compose(done -> Future.failedFuture(error)));
        file = new FileInProgress(pipe, intake, rows, request.formAttributes().size());
        long holder = vertx.setPeriodic(parts.queue().uploadLease().toMillis() / HOLDS_A_LEASE, id -> {
            if (intake.opened()) {
                // A job that is not held in time ends as failed, which is right when the store is away that long.
                var unused = parts.uploads().hold(intake.upload());
            }
        });
        finished.future().onComplete(done -> vertx.cancelTimer(holder));
        rows.onFailure(error -> vertx.cancelTimer(holder));
    }

    /** Like {@link UploadPipe#receive}, within the limit, whatever length the request had declared. */
    private void lead(HttpServerFileUpload upload, UploadPipe pipe) {
        long limit = parts.config().maxUploadBytes();
        upload.handler(bytes -> {
            var unused = pipe.write(bytes);
            if (pipe.byteCount() > limit && refused == null) {
                refused = new ApiException(tooLarge(limit));
                context.response().putHeader("Connection", "close");
                pipe.fail(refused);
                fail(refused);
            }
            if (pipe.writeQueueFull()) {
                upload.pause();
                pipe.drainHandler(none -> upload.resume());
            }
        });
        upload.exceptionHandler(pipe::fail);
        upload.endHandler(end -> {
            var unused = pipe.end();
        });
    }

    private Future<Void> undo(UploadIntake intake, Throwable error) {
        Throwable reason = refused == null ? error : refused;
        return threads.executeBlocking(
                () -> {
                    intake.fail(reason);
                    return null;
                },
                false);
    }

    private void broken(Throwable cause) {
        if (file != null && !finished.future().isComplete()) {
            file.pipe().fail(cause);
            fail(cause);
        } else {
            finished.tryFail(cause);
        }
    }

    private void whole() {
        FileInProgress whole = file;
        if (refused == null && whole == null) {
            refused = new ApiException(ApiError.of(
                    400, "missing_field", "the part \"file\" is missing; send the CSV as the last part", FILE));
        }
        if (refused == null && whole != null && request.formAttributes().size() > whole.fieldsBefore()) {
            refused = new ApiException(ApiError.of(
                    400, "field_after_file", "fields come before the file; send \"file\" as the last part", FILE));
        }
        if (whole == null) {
            finished.tryFail(refused == null ? new IllegalStateException("no file") : refused);
            return;
        }
        if (refused != null) {
            fail(refused);
            return;
        }
        whole.rows()
                .compose(rows ->
                        parts.uploads().seal(whole.intake().upload(), rows, whole.pipe().sha256()))
                .compose(sealed -> {
                    parts.wakeups().publish(job);
                    parts.signal().publish();
                    return JobsHandler.find(parts.jobs(), job);
                })
                .onSuccess(finished::tryComplete)
                .onFailure(this::fail);
    }

    /** Ends the upload after whatever it has left is undone. */
    private void fail(Throwable error) {
        if (file == null) {
            finished.tryFail(error);
            return;
        }
        FileInProgress failed = file;
        failed.rows()
                .transform(rows -> rows.succeeded() ? undo(failed.intake(), error) : Future.succeededFuture())
                .onComplete(undone -> {
                    if (error instanceof ExistingJobException known) {
                        repeated(known.existing(), failed.pipe().sha256());
                    } else {
                        finished.tryFail(error);
                    }
                });
    }

    /** The same upload once more is answered as the first one was; another one under its name is refused. */
    private void repeated(Opened existing, String digest) {
        if (existing.digest().equals(digest)) {
            JobsHandler.find(parts.jobs(), job).onComplete(finished);
            return;
        }
        ApiError error;
        if (!existing.digest().isEmpty()) {
            error = ApiError.of(
                    409, "key_reused", "another file was sent under the same key or id; send this one under another");
        } else if (existing.state().equals("receiving")) {
            error = ApiError.of(409, "upload_in_progress", "the same upload is under way already; watch its job " + job);
        } else {
            error = ApiError.of(
                    409, "job_ended", "the job " + job + " is " + existing.state() + "; send the file under another key");
        }
        finished.tryFail(new ApiException(error));
    }
}
