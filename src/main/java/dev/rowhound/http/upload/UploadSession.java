package dev.rowhound.http.upload;

import dev.rowhound.app.Refusal;
import dev.rowhound.app.submission.FormFile;
import dev.rowhound.app.submission.RowsDocument;
import dev.rowhound.http.request.BodyLimit;
import dev.rowhound.http.request.HttpRefusal;
import dev.rowhound.http.request.RequestScope;
import dev.rowhound.http.stream.SilentConnection;
import dev.rowhound.intake.UploadPipe;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Processes one upload on its event loop: collects the fields, streams the file to its {@link FormFile}, and finishes
 * that when the request is complete.
 *
 * @param <T> the result of a complete upload
 */
public final class UploadSession<T> {
    /** Name of the part with the file. */
    static final String FILE = "file";

    private static final int MAX_FIELDS = 32;

    /** The largest field is {@code options}; others are short. */
    private static final int MAX_FIELD_BYTES = 64 * 1024;

    /** Renewals within the upload's lease; two may fail without loss of the lease. */
    private static final int RENEWALS_PER_LEASE = 3;

    private static final int CHECKS_PER_WINDOW = 4;

    private static final Pattern JSON = Pattern.compile("application/json\\s*(?:;.*)?", Pattern.CASE_INSENSITIVE);

    /** File name given to a JSON document of rows. */
    private static final String DOCUMENT = "rows.json";

    private final UploadHandler uploads;
    private final Vertx vertx;
    private final UploadConfig config;
    private final BodyLimit limit;
    private final RoutingContext context;
    private final HttpServerRequest request;
    private final boolean fieldsMayFollow;
    private final boolean isJson;
    private final FormFile.Opening<T> opening;

    private final Promise<Void> fieldsComplete = Promise.promise();

    private final Promise<T> finished = Promise.promise();
    private final UploadPace pace;
    private UploadGate.@Nullable Ticket ticket;
    private @Nullable FileInProgress<T> file;
    private @Nullable Refusal refusal;
    private long receivedBytes;

    /**
     * The file and the consumer of its content.
     *
     * @param pipe receives the bytes
     * @param formFile reads them; completes once the recipe is known, and until then the pipe buffers
     * @param rows the number of rows; fails after the effects of the upload have been undone
     */
    private record FileInProgress<T>(UploadPipe pipe, Future<FormFile<T>> formFile, Future<Integer> rows) {}

    UploadSession(
            UploadHandler uploads,
            RoutingContext context,
            UploadHandler.FilePosition position,
            FormFile.Opening<T> opening) {
        this.uploads = uploads;
        this.vertx = uploads.vertx();
        this.config = uploads.config();
        this.context = context;
        this.limit = RequestScope.of(context).bodyLimit();
        this.request = context.request();
        this.fieldsMayFollow = position == UploadHandler.FilePosition.ANY;
        this.isJson = !fieldsMayFollow && JSON.matcher(contentType()).matches();
        this.opening = opening;
        this.pace = new UploadPace(
                Duration.ofSeconds(config.graceSeconds()), config.minBytesPerSecond(), System.nanoTime());
    }

    /** Returns the result of the upload, or why it failed. */
    Future<T> finished() {
        return finished.future();
    }

    /** Starts to read the request body. */
    void listen() {
        Form form = new Form();
        BodyReader reader = isJson ? new Document(form) : MultipartReader.of(contentType(), form);
        if (reader == null) {
            finished.fail(Refusal.of(
                    "unsupported_media_type",
                    "send the fields and the file as multipart/form-data"
                            + (fieldsMayFollow ? "" : ", or the fields and rows as application/json")));
            return;
        }
        long watcher = vertx.setPeriodic(
                TimeUnit.SECONDS.toMillis(config.graceSeconds()) / CHECKS_PER_WINDOW, this::watchPace);
        finished.future().onComplete(done -> vertx.cancelTimer(watcher));
        request.handler(bytes -> take(reader, bytes));
        request.exceptionHandler(this::disconnected);
        request.endHandler(end -> {
            vertx.cancelTimer(watcher);
            bodyEnded(reader);
        });
        context.response().closeHandler(closed -> disconnected(new IOException("the client has disconnected")));
    }

    private String contentType() {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        return type == null ? "" : type.strip();
    }

    private void take(BodyReader reader, Buffer bytes) {
        receivedBytes += bytes.length();
        pace.received(bytes.length());
        if (refusal != null) {
            // The rest of a refused request is still read, so that its client receives the response.
            return;
        }
        try {
            if (receivedBytes > limit.maxBytes()) {
                throw limit.tooLarge();
            }
            reader.write(bytes);
        } catch (MultipartReader.MalformedException e) {
            refuse(Refusal.of("malformed_form", String.valueOf(e.getMessage())));
        } catch (Refusal e) {
            refuse(e);
        }
    }

    /** Refuses the upload and fails the pipe; answers at once if the body is too large. */
    private void refuse(Refusal reason) {
        refusal = reason;
        if (file != null) {
            file.pipe().fail(reason);
        }
        if (receivedBytes > limit.maxBytes()) {
            endNow(reason);
        }
    }

    /** Answers without waiting for the end of the request. */
    private void endNow(Refusal reason) {
        BodyLimit.closeAfterResponse(context);
        fail(reason);
    }

    /**
     * Ends the upload of a client that sends too slowly, so that it cannot hold its connection and ticket indefinitely.
     */
    private void watchPace(long timer) {
        if (finished.future().isComplete() || !pace.tooSlow(System.nanoTime())) {
            return;
        }
        vertx.cancelTimer(timer);
        Refusal reason = refusal;
        if (reason == null) {
            reason = HttpRefusal.of(
                    408,
                    "upload_aborted",
                    "the upload was too slow: less than "
                            + config.minBytesPerSecond() + " bytes a second over "
                            + config.graceSeconds() + " s; send it again, faster or in smaller files",
                    FILE);
            refuse(reason);
        }
        endNow(reason);
    }

    private void pause() {
        request.pause();
        pace.pause(true, System.nanoTime());
    }

    private void resume() {
        pace.pause(false, System.nanoTime());
        request.resume();
    }

    /** Parses a request body. */
    interface BodyReader {
        void write(Buffer bytes);

        void end();
    }

    /** A JSON body that contains both the fields and the rows. */
    private record Document(MultipartReader.Parts parts, AtomicBoolean begun) implements BodyReader {
        Document(MultipartReader.Parts parts) {
            this(parts, new AtomicBoolean());
        }

        @Override
        public void write(Buffer bytes) {
            if (begun.compareAndSet(false, true)) {
                parts.begin(FILE, DOCUMENT);
            }
            parts.data(bytes);
        }

        @Override
        public void end() {
            write(Buffer.buffer());
        }
    }

    /** Dispatches the parts of a form in order. */
    private final class Form implements MultipartReader.Parts {
        private final MultiMap fields = MultiMap.caseInsensitiveMultiMap();
        private boolean inFile;
        private @Nullable String field;
        private Buffer value = Buffer.buffer();

        @Override
        public void begin(String name, @Nullable String filename) {
            inFile = name.equals(FILE);
            if (file != null && fieldsMayFollow && inFile) {
                throw Refusal.of("field_after_file", "there is a second file; send each file in a separate form", name);
            }
            if (file != null && !fieldsMayFollow) {
                throw Refusal.of(
                        "field_after_file",
                        "\"" + name + "\" came after the file; send \"file\" as the last part",
                        name);
            }
            if (inFile) {
                field = null;
                UploadPipe pipe = new UploadPipe(vertx.getOrCreateContext());
                if (isJson) {
                    readRows(pipe);
                } else if (fieldsMayFollow) {
                    Future<SpoolFile> spooled = turn().compose(admitted -> spool(pipe));
                    read(
                            pipe,
                            spooled.compose(content -> fieldsComplete.future())
                                    .compose(complete -> opening.open(fields, filename)),
                            formFile -> formFile.run(spooled.result().read()));
                } else {
                    read(
                            pipe,
                            turn().compose(admitted -> opening.open(fields, filename)),
                            formFile -> formFile.run(pipe));
                }
                return;
            }
            if (fields.size() >= MAX_FIELDS) {
                throw Refusal.of("unknown_field", "there are too many fields", name);
            }
            field = name;
            value = Buffer.buffer();
        }

        @Override
        public void data(Buffer bytes) {
            if (inFile && file != null) {
                var unused = file.pipe().write(bytes);
                if (file.pipe().writeQueueFull()) {
                    pause();
                    file.pipe().drainHandler(none -> resume());
                }
                return;
            }
            if (value.length() + bytes.length() > MAX_FIELD_BYTES) {
                throw Refusal.of(
                        "invalid_field",
                        "the field \"" + field + "\" is longer than " + MAX_FIELD_BYTES + " bytes",
                        String.valueOf(field));
            }
            value.appendBuffer(bytes);
        }

        @Override
        public void end() {
            // The file ends with the request, because a later part can still refuse the upload.
            if (field != null) {
                fields.add(field, value.toString());
            }
        }
    }

    /** Waits for admission by the gate; the request is paused until then. */
    private Future<Void> turn() {
        UploadGate.Ticket requested =
                uploads.gate().request(vertx, RequestScope.of(context).client());
        ticket = requested;
        finished.future().onComplete(done -> requested.end());
        if (!requested.admitted().isComplete()) {
            pause();
            requested.admitted().onComplete(done -> resume());
        }
        return requested.admitted();
    }

    /** Writes the file to disk, where it waits for the rest of the form. */
    private Future<SpoolFile> spool(UploadPipe pipe) {
        return uploads.threads()
                .executeBlocking(
                        () -> {
                            uploads.artifacts().requireRoom();
                            SpoolFile spooled = new SpoolFile(uploads.temporary());
                            finished.future().onComplete(done -> delete(spooled));
                            try (pipe) {
                                spooled.fill(pipe);
                            }
                            return spooled;
                        },
                        false);
    }

    private void delete(SpoolFile spooled) {
        var unused = uploads.threads()
                .executeBlocking(
                        () -> {
                            spooled.delete();
                            return null;
                        },
                        false);
    }

    /** Spools a JSON document to disk, then reads it twice: for its fields, and for its rows. */
    private void readRows(UploadPipe pipe) {
        Future<SpoolFile> spooled = turn().compose(admitted -> spool(pipe));
        Future<RowsDocument> document = spooled.compose(content ->
                uploads.threads().executeBlocking(() -> RowsDocument.read(content.read(), limit.maxBytes()), false));
        read(
                pipe,
                document.compose(read -> opening.open(read.fields(), DOCUMENT)),
                formFile -> document.result().into(formFile, spooled.result().read()));
    }

    /** Passes a file to its consumer, on a thread that may block. */
    @FunctionalInterface
    private interface Run<T> {
        int of(FormFile<T> formFile) throws Exception;
    }

    /**
     * Passes the file to its consumer once that is open, and renews its lease meanwhile.
     *
     * @param pipe receives the file as it arrives
     */
    private void read(UploadPipe pipe, Future<FormFile<T>> opened, Run<T> run) {
        Future<Integer> rows = opened.compose(formFile -> uploads.threads()
                .executeBlocking(() -> run.of(formFile), false)
                .recover(error -> undo(formFile, error).compose(done -> Future.failedFuture(error))));
        file = new FileInProgress<>(pipe, opened, rows);
        opened.onFailure(error -> {
            if (error instanceof Refusal reason) {
                refuse(reason);
            } else {
                // Nothing reads the remaining bytes; failing the pipe reports the reason to whatever waits for its end.
                pipe.fail(error);
            }
        });
        long holder = vertx.setPeriodic(
                uploads.lease().toMillis() / RENEWALS_PER_LEASE, id -> opened.onSuccess(FormFile::hold));
        finished.future().onComplete(done -> vertx.cancelTimer(holder));
        rows.onFailure(error -> vertx.cancelTimer(holder));
    }

    private Future<Void> undo(FormFile<T> formFile, Throwable error) {
        Throwable reason = refusal == null ? error : refusal;
        return uploads.threads()
                .executeBlocking(Executors.callable(() -> formFile.undo(reason)), false)
                .mapEmpty();
    }

    private void disconnected(Throwable cause) {
        if (ticket != null) {
            ticket.cancel();
        }
        if (file != null && !finished.future().isComplete()) {
            file.pipe().fail(cause);
            fail(cause);
        } else {
            finished.tryFail(cause);
        }
    }

    private void bodyEnded(BodyReader reader) {
        if (refusal == null) {
            try {
                reader.end();
            } catch (MultipartReader.MalformedException e) {
                refuse(Refusal.of("upload_aborted", String.valueOf(e.getMessage()), FILE));
            }
        }
        FileInProgress<T> received = file;
        if (received == null || refusal != null) {
            fail(
                    refusal != null
                            ? refusal
                            : Refusal.of(
                                    "missing_field",
                                    "the part \"file\" is missing; send the CSV as "
                                            + (fieldsMayFollow ? "that part" : "the last part"),
                                    FILE));
            return;
        }
        if (fieldsMayFollow || isJson) {
            // The rows are processed only from here on, which may exceed the idle time-out of the connection.
            SilentConnection.allowToAnswer(request);
        }
        var ended = received.pipe().end();
        fieldsComplete.complete();
        received.rows()
                .compose(rows -> received.formFile()
                        .result()
                        .finish(rows, received.pipe().sha256()))
                .onSuccess(finished::tryComplete)
                .onFailure(this::fail);
    }

    /** Undoes the effects of the upload, then fails it, or completes it with what {@link FormFile#failed} returns. */
    private void fail(Throwable error) {
        if (file == null) {
            finished.tryFail(error);
            return;
        }
        FileInProgress<T> failed = file;
        failed.rows()
                .transform(
                        rows -> rows.succeeded() ? undo(failed.formFile().result(), error) : Future.succeededFuture())
                .transform(undone -> failed.formFile())
                .transform(formFile -> formFile.succeeded()
                        ? formFile.result()
                                .failed(
                                        error,
                                        failed.pipe().ended() ? failed.pipe().sha256() : null)
                        : Future.failedFuture(error))
                .onSuccess(finished::tryComplete)
                .onFailure(finished::tryFail);
    }
}
