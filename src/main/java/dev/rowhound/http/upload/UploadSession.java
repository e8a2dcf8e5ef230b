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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One upload, on its event loop: reads the fields, leads the file to what it becomes, and finishes that when the
 * request is whole.
 *
 * @param <T> what a whole upload comes to
 */
public final class UploadSession<T> {
    /** The part with the file. */
    static final String FILE = "file";

    private static final int MAX_FIELDS = 32;

    /** A field is short; the largest is {@code options}. */
    private static final int MAX_FIELD_BYTES = 64 * 1024;

    /** The job is held this often within the upload's lease, so that two lost calls do not lose it. */
    private static final int HOLDS_A_LEASE = 3;

    /** A client's pace is looked at this often within each of its windows. */
    private static final int LOOKS_A_WINDOW = 4;

    private static final Pattern JSON = Pattern.compile("application/json\\s*(?:;.*)?", Pattern.CASE_INSENSITIVE);

    /** What a document of rows is called. */
    private static final String DOCUMENT = "rows.json";

    private final UploadHandler uploads;
    private final Vertx vertx;
    private final UploadConfig config;
    private final BodyLimit limit;
    private final RoutingContext context;
    private final HttpServerRequest request;
    private final boolean fieldsMayFollow;
    private final boolean inJson;
    private final FormFile.Opening<T> opening;

    /** All fields have come. */
    private final Promise<Void> fieldsCame = Promise.promise();

    private final Promise<T> finished = Promise.promise();
    private final UploadPace pace;
    private UploadGate.@Nullable Place place;
    private @Nullable FileInProgress<T> file;
    private @Nullable Refusal refused;
    private long taken;

    /**
     * What the file is led to.
     *
     * @param pipe takes its bytes
     * @param taker reads them; there once its recipe is, until when the pipe keeps what arrives
     * @param rows how many there were; failed once what the upload had left is undone
     */
    private record FileInProgress<T>(UploadPipe pipe, Future<FormFile<T>> taker, Future<Integer> rows) {}

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
        this.inJson = !fieldsMayFollow && JSON.matcher(contentType()).matches();
        this.opening = opening;
        this.pace = new UploadPace(
                Duration.ofSeconds(config.graceSeconds()), config.minBytesPerSecond(), System.nanoTime());
    }

    /** What became of the upload, or why nothing did. */
    Future<T> finished() {
        return finished.future();
    }

    /** Begins to take the request's body. */
    void listen() {
        Form form = new Form();
        BodyReader reader = inJson ? new Document(form) : MultipartReader.of(contentType(), form);
        if (reader == null) {
            finished.fail(Refusal.of(
                    "unsupported_media_type",
                    "send the fields and the file as multipart/form-data"
                            + (fieldsMayFollow ? "" : ", or the fields and rows as application/json")));
            return;
        }
        long watcher =
                vertx.setPeriodic(TimeUnit.SECONDS.toMillis(config.graceSeconds()) / LOOKS_A_WINDOW, this::watchPace);
        finished.future().onComplete(done -> vertx.cancelTimer(watcher));
        request.handler(bytes -> take(reader, bytes));
        request.exceptionHandler(this::broken);
        request.endHandler(end -> {
            vertx.cancelTimer(watcher);
            whole(reader);
        });
        context.response().closeHandler(closed -> broken(new IOException("the client is gone")));
    }

    private String contentType() {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        return type == null ? "" : type.strip();
    }

    private void take(BodyReader reader, Buffer bytes) {
        taken += bytes.length();
        pace.received(bytes.length());
        if (refused != null) {
            // A request that is refused is read to its end all the same, so that its client hears why.
            return;
        }
        try {
            if (taken > limit.maxBytes()) {
                throw limit.tooLarge();
            }
            reader.write(bytes);
        } catch (MultipartReader.MalformedException e) {
            refuse(Refusal.of("malformed_form", String.valueOf(e.getMessage())));
        } catch (Refusal e) {
            refuse(e);
        }
    }

    /** Nothing of the upload is wanted any more. */
    private void refuse(Refusal reason) {
        refused = reason;
        if (file != null) {
            file.pipe().fail(reason);
        }
        if (taken > limit.maxBytes()) {
            endNow(reason);
        }
    }

    /** Answers before the request's end, which may be far. */
    private void endNow(Refusal reason) {
        BodyLimit.hangUp(context);
        fail(reason);
    }

    /** Ends the upload of a client that keeps its connection, and its place, with a few bytes now and then. */
    private void watchPace(long timer) {
        if (finished.future().isComplete() || !pace.tooSlow(System.nanoTime())) {
            return;
        }
        vertx.cancelTimer(timer);
        Refusal reason = refused;
        if (reason == null) {
            reason = HttpRefusal.of(
                    408,
                    "upload_aborted",
                    "the upload came too slowly: less than "
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

    /** Takes a body apart. */
    interface BodyReader {
        /** Takes some bytes. */
        void write(Buffer bytes);

        /** The body is whole. */
        void end();
    }

    /** A body that is one file, in which the fields are too. */
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

    /** The parts of the form, in their order. */
    private final class Form implements MultipartReader.Parts {
        private final MultiMap fields = MultiMap.caseInsensitiveMultiMap();
        private boolean inFile;
        private @Nullable String field;
        private Buffer value = Buffer.buffer();

        @Override
        public void begin(String name, @Nullable String filename) {
            inFile = name.equals(FILE);
            if (file != null && fieldsMayFollow && inFile) {
                throw Refusal.of("field_after_file", "there is a second file; send each in a form by itself", name);
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
                if (inJson) {
                    readRows(pipe);
                } else if (fieldsMayFollow) {
                    Future<SpoolFile> kept = turn().compose(mine -> keep(pipe));
                    read(
                            pipe,
                            kept.compose(whole -> fieldsCame.future()).compose(came -> opening.open(fields, filename)),
                            taker -> taker.run(kept.result().read()));
                } else {
                    read(pipe, turn().compose(mine -> opening.open(fields, filename)), taker -> taker.run(pipe));
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
            // The file ends with the request, as only then no part behind it can refuse the upload.
            if (field != null) {
                fields.add(field, value.toString());
            }
        }
    }

    /** Waits for a place among the files that the node takes; nothing more is read until then. */
    private Future<Void> turn() {
        UploadGate.Place mine =
                uploads.gate().enter(vertx, RequestScope.of(context).client());
        place = mine;
        finished.future().onComplete(done -> mine.leave());
        if (!mine.turn().isComplete()) {
            pause();
            mine.turn().onComplete(done -> resume());
        }
        return mine.turn();
    }

    /** Keeps the file on the disk until the form is whole. */
    private Future<SpoolFile> keep(UploadPipe pipe) {
        return uploads.threads()
                .executeBlocking(
                        () -> {
                            uploads.artifacts().requireRoom();
                            SpoolFile kept = new SpoolFile(uploads.temporary());
                            finished.future().onComplete(done -> delete(kept));
                            try (pipe) {
                                kept.fill(pipe);
                            }
                            return kept;
                        },
                        false);
    }

    private void delete(SpoolFile kept) {
        var unused = uploads.threads()
                .executeBlocking(
                        () -> {
                            kept.delete();
                            return null;
                        },
                        false);
    }

    /** Reads a document of rows once it is on the disk, for its fields and then for its rows. */
    private void readRows(UploadPipe pipe) {
        Future<SpoolFile> kept = turn().compose(mine -> keep(pipe));
        Future<RowsDocument> document = kept.compose(whole ->
                uploads.threads().executeBlocking(() -> RowsDocument.read(whole.read(), limit.maxBytes()), false));
        read(
                pipe,
                document.compose(read -> opening.open(read.fields(), DOCUMENT)),
                taker -> document.result().into(taker, kept.result().read()));
    }

    /** Gives a file to what it becomes, on a thread that may block. */
    @FunctionalInterface
    private interface Run<T> {
        int of(FormFile<T> taker) throws Exception;
    }

    /**
     * Leads the file to what it becomes.
     *
     * @param pipe takes it as it arrives
     */
    private void read(UploadPipe pipe, Future<FormFile<T>> opened, Run<T> run) {
        Future<Integer> rows = opened.compose(taker -> uploads.threads()
                .executeBlocking(() -> run.of(taker), false)
                .recover(error -> undo(taker, error).compose(done -> Future.failedFuture(error))));
        file = new FileInProgress<>(pipe, opened, rows);
        opened.onFailure(error -> {
            if (error instanceof Refusal reason) {
                refuse(reason);
            } else {
                // Nobody reads what still comes; those who wait for its end get the reason.
                pipe.fail(error);
            }
        });
        long holder =
                vertx.setPeriodic(uploads.lease().toMillis() / HOLDS_A_LEASE, id -> opened.onSuccess(FormFile::hold));
        finished.future().onComplete(done -> vertx.cancelTimer(holder));
        rows.onFailure(error -> vertx.cancelTimer(holder));
    }

    private Future<Void> undo(FormFile<T> taker, Throwable error) {
        Throwable reason = refused == null ? error : refused;
        return uploads.threads()
                .executeBlocking(
                        () -> {
                            taker.undo(reason);
                            return null;
                        },
                        false);
    }

    private void broken(Throwable cause) {
        if (place != null) {
            place.giveUp();
        }
        if (file != null && !finished.future().isComplete()) {
            file.pipe().fail(cause);
            fail(cause);
        } else {
            finished.tryFail(cause);
        }
    }

    private void whole(BodyReader reader) {
        if (refused == null) {
            try {
                reader.end();
            } catch (MultipartReader.MalformedException e) {
                refuse(Refusal.of("upload_aborted", String.valueOf(e.getMessage()), FILE));
            }
        }
        FileInProgress<T> whole = file;
        if (whole == null || refused != null) {
            fail(
                    refused != null
                            ? refused
                            : Refusal.of(
                                    "missing_field",
                                    "the part \"file\" is missing; send the CSV as "
                                            + (fieldsMayFollow ? "that part" : "the last part"),
                                    FILE));
            return;
        }
        if (fieldsMayFollow || inJson) {
            // All rows are read only from here on, which may take longer than a connection may be silent.
            SilentConnection.allowToAnswer(request);
        }
        var ended = whole.pipe().end();
        fieldsCame.complete();
        whole.rows()
                .compose(
                        rows -> whole.taker().result().finish(rows, whole.pipe().sha256()))
                .onSuccess(finished::tryComplete)
                .onFailure(this::fail);
    }

    /** Ends the upload after whatever it has left is undone. */
    private void fail(Throwable error) {
        if (file == null) {
            finished.tryFail(error);
            return;
        }
        FileInProgress<T> failed = file;
        failed.rows()
                .transform(rows -> rows.succeeded() ? undo(failed.taker().result(), error) : Future.succeededFuture())
                .transform(undone -> failed.taker())
                .transform(taker -> taker.succeeded()
                        ? taker.result()
                                .failed(
                                        error,
                                        failed.pipe().ended() ? failed.pipe().sha256() : null)
                        : Future.failedFuture(error))
                .onSuccess(finished::tryComplete)
                .onFailure(finished::tryFail);
    }
}
