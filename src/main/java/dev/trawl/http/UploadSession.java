package dev.trawl.http;

import dev.trawl.http.UploadIntake.ExistingJobException;
import dev.trawl.intake.UploadPipe;
import dev.trawl.job.Caller;
import dev.trawl.queue.JobSnapshot;
import dev.trawl.queue.Uploads.Opened;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
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

    private static final int MAX_FIELDS = 32;

    /** A field is short; the largest is {@code options}. */
    private static final int MAX_FIELD_BYTES = 64 * 1024;

    /** The job is held this often within the upload's lease, so that two lost calls do not lose it. */
    private static final int HOLDS_A_LEASE = 3;

    /** How long a client that still sends has to read its refusal. */
    private static final long LINGER_MILLIS = 1000;

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
    private long taken;

    /**
     * What the file is led to.
     *
     * @param pipe takes its bytes
     * @param intake reads them
     * @param rows how many there were; failed once what the upload had left is undone
     */
    private record FileInProgress(UploadPipe pipe, UploadIntake intake, Future<Integer> rows) {}

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
        MultipartReader reader = MultipartReader.of(request.getHeader(HttpHeaders.CONTENT_TYPE), new Form());
        if (reader == null) {
            finished.fail(new ApiException(
                    ApiError.of(415, "unsupported_media_type", "send the fields and the file as multipart/form-data")));
            return;
        }
        request.handler(bytes -> take(reader, bytes));
        request.exceptionHandler(this::broken);
        request.endHandler(end -> whole(reader));
        context.response().closeHandler(closed -> broken(new IOException("the client is gone")));
    }

    /** The upload is larger than allowed. */
    static ApiError tooLarge(long limit) {
        return ApiError.of(413, "too_large", "the upload is larger than " + limit + " bytes; split the file", FILE);
    }

    /**
     * Lets the answer be the connection's last, for what the client still sends is not wanted. The connection stays
     * open a moment longer: closed at once, with unread bytes, it would be reset and the answer lost (RFC 9112, 9.6).
     */
    static void hangUp(Vertx vertx, RoutingContext context) {
        if (context.request().version() == HttpVersion.HTTP_2) {
            return;
        }
        context.response().putHeader(HttpHeaders.CONNECTION, "close");
        context.addEndHandler(answered -> vertx.setTimer(
                LINGER_MILLIS, id -> context.request().connection().close()));
    }

    private void take(MultipartReader reader, Buffer bytes) {
        taken += bytes.length();
        if (refused != null) {
            // A request that is refused is read to its end all the same, so that its client hears why.
            return;
        }
        try {
            if (taken > parts.config().maxUploadBytes()) {
                throw new ApiException(tooLarge(parts.config().maxUploadBytes()));
            }
            reader.write(bytes);
        } catch (MultipartReader.MalformedException e) {
            refuse(new ApiException(ApiError.of(400, "malformed_form", String.valueOf(e.getMessage()))));
        } catch (ApiException e) {
            refuse(e);
        }
    }

    /** Nothing of the upload is wanted any more. */
    private void refuse(ApiException reason) {
        refused = reason;
        if (file != null) {
            file.pipe().fail(reason);
        }
        if (taken > parts.config().maxUploadBytes()) {
            // Its end may be far; the answer goes out at once.
            hangUp(vertx, context);
            fail(reason);
        }
    }

    /** The parts of the form, in their order. */
    private final class Form implements MultipartReader.Parts {
        private final MultiMap fields = MultiMap.caseInsensitiveMultiMap();
        private @Nullable String field;
        private Buffer value = Buffer.buffer();

        @Override
        public void begin(String name, @Nullable String filename) {
            if (file != null) {
                throw new ApiException(ApiError.of(
                        400,
                        "field_after_file",
                        "\"" + name + "\" came after the file; send \"file\" as the last part",
                        name));
            }
            if (name.equals(FILE)) {
                field = null;
                open(UploadForm.read(fields, parts.recipes(), fallbackRecipe), Callers.of(request, fields), filename);
                return;
            }
            if (fields.size() >= MAX_FIELDS) {
                throw new ApiException(ApiError.of(400, "unknown_field", "there are too many fields", name));
            }
            field = name;
            value = Buffer.buffer();
        }

        @Override
        public void data(Buffer bytes) {
            if (file != null) {
                var unused = file.pipe().write(bytes);
                if (file.pipe().writeQueueFull()) {
                    request.pause();
                    file.pipe().drainHandler(none -> request.resume());
                }
                return;
            }
            if (value.length() + bytes.length() > MAX_FIELD_BYTES) {
                throw new ApiException(ApiError.of(
                        400,
                        "invalid_field",
                        "the field \"" + field + "\" is longer than " + MAX_FIELD_BYTES + " bytes",
                        String.valueOf(field)));
            }
            value.appendBuffer(bytes);
        }

        @Override
        public void end() {
            // The file ends with the request: a part behind it would refuse the upload before its rows are stored.
            if (field != null) {
                fields.add(field, value.toString());
            }
        }
    }

    private void open(UploadForm form, Caller caller, @Nullable String filename) {
        String name = filename == null || filename.isBlank() ? "upload.csv" : filename;
        UploadIntake intake = new UploadIntake(parts, form, job, caller.user(), name, ttl);
        UploadPipe pipe = new UploadPipe(vertx.getOrCreateContext());
        Future<Integer> rows = threads.executeBlocking(() -> intake.run(pipe), false)
                .recover(error -> undo(intake, error).compose(done -> Future.failedFuture(error)));
        file = new FileInProgress(pipe, intake, rows);
        long holder = vertx.setPeriodic(parts.queue().uploadLease().toMillis() / HOLDS_A_LEASE, id -> {
            if (intake.opened()) {
                // A job that is not held in time ends as failed, which is right when the store is away that long.
                var unused = parts.uploads().hold(intake.upload());
            }
        });
        finished.future().onComplete(done -> vertx.cancelTimer(holder));
        rows.onFailure(error -> vertx.cancelTimer(holder));
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

    private void whole(MultipartReader reader) {
        if (refused == null) {
            try {
                reader.end();
            } catch (MultipartReader.MalformedException e) {
                refuse(new ApiException(ApiError.of(400, "upload_aborted", String.valueOf(e.getMessage()), FILE)));
            }
        }
        FileInProgress whole = file;
        if (whole == null || refused != null) {
            fail(
                    refused != null
                            ? refused
                            : new ApiException(ApiError.of(
                                    400,
                                    "missing_field",
                                    "the part \"file\" is missing; send the CSV as the last part",
                                    FILE)));
            return;
        }
        var ended = whole.pipe().end();
        whole.rows()
                .compose(rows -> parts.uploads()
                        .seal(whole.intake().upload(), rows, whole.pipe().sha256()))
                .compose(done -> {
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
                        repeated(known, failed.pipe().sha256());
                    } else {
                        finished.tryFail(error);
                    }
                });
    }

    /** The same upload once more is answered as the first one was; another one under its name is refused. */
    private void repeated(ExistingJobException known, String digest) {
        Opened existing = known.existing();
        if (known.alike() && existing.digest().equals(digest)) {
            JobsHandler.find(parts.jobs(), job).onComplete(finished);
            return;
        }
        if (known.alike() && existing.state().equals("failed") && request.getHeader(JobIds.HEADER) == null) {
            JobsHandler.find(parts.jobs(), job)
                    .compose(failed -> Future.<JobSnapshot>failedFuture(new ApiException(sameFailure(failed))))
                    .onComplete(finished);
            return;
        }
        ApiError error;
        if (!existing.digest().isEmpty()) {
            error = request.getHeader(JobIds.HEADER) == null
                    ? ApiError.of(
                            409,
                            "idempotency_conflict",
                            "another upload was sent under the same key; send this one under another",
                            IdempotencyKey.HEADER)
                    : ApiError.of(
                            409,
                            "job_exists",
                            "there is a job " + job + " of another upload; propose another id",
                            JobIds.HEADER);
        } else if (existing.state().equals("receiving")) {
            error = ApiError.of(
                    409, "upload_in_progress", "the same upload is under way already; watch its job " + job);
        } else {
            error = ApiError.of(
                    409,
                    "job_ended",
                    "the job " + job + " is " + existing.state() + "; send the file under another key");
        }
        finished.tryFail(new ApiException(error));
    }

    /** What an upload under the same name has failed with; how far its content was the same is not known. */
    private static ApiError sameFailure(JobSnapshot failed) {
        JsonObject reason = failed.reason();
        if (reason == null || JobIds.lost(failed)) {
            return ApiError.of(409, "job_ended", "the upload under this key was lost too often; send it under another");
        }
        ApiError error = ApiError.of(
                400,
                reason.getString("code"),
                reason.getString("message")
                        + "; this was found when the file was sent first, so send a mended one under another key",
                FILE);
        return reason.containsKey("line") ? error.with("line", reason.getInteger("line")) : error;
    }
}
