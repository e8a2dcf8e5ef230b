package dev.rowhound.http.job;

import dev.rowhound.app.Refusal;
import dev.rowhound.app.reading.JobLookup;
import dev.rowhound.app.reading.JobReading;
import dev.rowhound.http.stream.PacedWriter;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.result.EvidenceFiles;
import dev.rowhound.queue.result.EvidenceFiles.StoredFile;
import dev.rowhound.queue.result.ItemView;
import dev.rowhound.queue.result.Items;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.NoSuchFileException;
import java.util.Set;

/**
 * Serves {@code GET /api/v1/jobs/{id}/items/{row}/evidence/{name}}: an evidence file of the row's last attempt, or the
 * picture of its open question. The content comes from crawled sites, so the response headers keep browsers from
 * executing it.
 */
final class EvidenceHandler {
    private static final int CHUNK_BYTES = 256 * 1024;

    /** Media types that browsers may display; they save all others. */
    private static final Set<String> INLINE_TYPES = Set.of("image/png", "image/jpeg", "text/plain", "application/json");

    private final Vertx vertx;
    private final Jobs jobs;
    private final Items items;
    private final EvidenceFiles evidence;

    EvidenceHandler(Vertx vertx, Jobs jobs, Items items, EvidenceFiles evidence) {
        this.vertx = vertx;
        this.jobs = jobs;
        this.items = items;
        this.evidence = evidence;
    }

    void handle(RoutingContext context) {
        String job = context.pathParam("id");
        int row = ItemHandler.row(context);
        String name = context.pathParam("name");
        StoredFile picture = EvidenceFiles.picture(name);
        // A picture is deleted with its question, so holding the job would not keep it.
        (picture != null
                        ? send(context, job, row, picture, false)
                        : JobLookup.find(jobs, job)
                                .compose(found -> JobReading.of(
                                        vertx,
                                        jobs,
                                        found,
                                        () -> find(found, row, name)
                                                .compose(file -> send(context, job, row, file, true)))))
                .onFailure(context::fail);
    }

    private Future<Void> send(RoutingContext context, String job, int row, StoredFile file, boolean listed) {
        return size(job, row, file, listed).compose(size -> send(context.response(), job, row, file, size));
    }

    private Future<StoredFile> find(JobSnapshot job, int row, String name) {
        return items.view(job, row)
                .compose(item -> item == null
                        ? Future.failedFuture(JobLookup.noSuchRow(job.id(), row))
                        : evidenceOf(item, row, name));
    }

    private static Future<StoredFile> evidenceOf(ItemView item, int row, String name) {
        // Rows with a repeated key share the evidence of the first row and have no URLs for it.
        StoredFile file = item.row().aliasOf() > 0
                ? null
                : item.evidence().stream()
                        .filter(candidate -> candidate.name().equals(name))
                        .findFirst()
                        .orElse(null);
        return file == null
                ? Future.failedFuture(
                        Refusal.of("no_such_evidence", "row " + row + " has no evidence \"" + name + "\"", "name"))
                : Future.succeededFuture(file);
    }

    private Future<Long> size(String job, int row, StoredFile file, boolean listed) {
        return vertx.executeBlocking(() -> evidence.size(job, row, file), false)
                .recover(error ->
                        Future.failedFuture(error instanceof NoSuchFileException ? missing(row, file, listed) : error));
    }

    private static Refusal missing(int row, StoredFile file, boolean listed) {
        return listed
                ? Refusal.of(
                        "evidence_gone",
                        "\"" + file.name() + "\" of row " + row + " has expired (artifacts.evidence_hours)",
                        "name")
                : Refusal.of(
                        "no_such_evidence",
                        "there is no picture \"" + file.name() + "\"; a picture is deleted with its question",
                        "name");
    }

    private Future<Void> send(HttpServerResponse response, String job, int row, StoredFile file, long size) {
        boolean inline = INLINE_TYPES.contains(file.mediaType());
        response.putHeader(HttpHeaders.CONTENT_TYPE, file.mediaType())
                .putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(size))
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader(
                        "Content-Disposition", (inline ? "inline" : "attachment") + "; filename=\"" + file.name() + '"')
                .putHeader("Content-Security-Policy", "sandbox; default-src 'none'")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                .putHeader("Referrer-Policy", "no-referrer");
        Promise<Void> sent = Promise.promise();
        sendChunk(new PacedWriter(response), job, row, file, 0, size, sent);
        return sent.future().compose(done -> response.end());
    }

    /** Sends the file in chunks, so that memory stays bounded however many clients download it. */
    private void sendChunk(
            PacedWriter writer, String job, int row, StoredFile file, long from, long size, Promise<Void> sent) {
        if (from >= size) {
            sent.complete();
            return;
        }
        int length = (int) Math.min(CHUNK_BYTES, size - from);
        vertx.executeBlocking(() -> evidence.read(job, row, file, from, length), false)
                .compose(bytes -> writer.write(Buffer.buffer(bytes)))
                .onSuccess(written -> sendChunk(writer, job, row, file, from + length, size, sent))
                .onFailure(sent::fail);
    }
}
