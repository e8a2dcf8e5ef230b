package dev.trawl.http;

import dev.trawl.intake.ChunkSink;
import dev.trawl.intake.Layout;
import dev.trawl.intake.UploadPipe;
import dev.trawl.job.RowChunk;
import dev.trawl.redis.StoreUnavailableException;
import dev.trawl.schedule.ScheduledUpload;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import org.apache.commons.io.input.TeeInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file that a schedule is made with: it is kept, and looked at as a whole, so that its fires meet no fault in it. */
final class ScheduleUpload implements FormFile<ScheduledUpload> {
    private static final Logger LOG = LoggerFactory.getLogger(ScheduleUpload.class);

    private final HttpParts parts;
    private final ScheduleForm form;
    private final String id;
    private final String user;
    private final String fileName;

    ScheduleUpload(HttpParts parts, ScheduleForm form, String id, String user, String fileName) {
        this.parts = parts;
        this.form = form;
        this.id = id;
        this.user = user;
        this.fileName = fileName;
    }

    @Override
    public int run(UploadPipe pipe) throws Exception {
        try (OutputStream copy = parts.artifacts().write(id, ScheduledUpload.ARTIFACT);
                InputStream bytes = new TeeInputStream(pipe, copy)) {
            return parts.intake()
                    .run(bytes, form.upload().csv(), form.upload().recipe().input(), new Unread());
        } finally {
            pipe.close();
        }
    }

    /** The rows are wanted at each fire only. */
    private static final class Unread implements ChunkSink {
        @Override
        public void begin(Layout layout) {}

        @Override
        public void accept(RowChunk chunk) {}
    }

    /** There is nothing to hold before the schedule is stored. */
    @Override
    public void hold() {}

    @Override
    public Future<ScheduledUpload> finish(int rows, String sha256) {
        Instant now = parts.clock().instant();
        ScheduledUpload schedule = new ScheduledUpload(
                id,
                user,
                form.name(),
                form.cron(),
                form.timeZone(),
                form.missed(),
                form.uploadFields(),
                fileName,
                sha256,
                rows,
                now,
                false,
                form.times().next(now),
                List.of(),
                null);
        return parts.schedules()
                .create(schedule)
                .compose(owner -> owner.equals(id)
                        ? Future.succeededFuture(schedule)
                        : Future.failedFuture(new ApiException(nameTaken(form.name(), owner))));
    }

    /** The user has given the name before. */
    static ApiError nameTaken(String name, String owner) {
        return ApiError.of(
                409,
                "schedule_exists",
                "there is a schedule \"" + name + "\" already, " + owner + "; delete it or give another name",
                "name");
    }

    @Override
    public void undo(Throwable error) {
        if (error instanceof StoreUnavailableException) {
            // The schedule may have been stored, and its reply lost. If it was not, the file is swept some time.
            return;
        }
        try {
            parts.artifacts().delete(id, ScheduledUpload.ARTIFACT);
        } catch (IOException e) {
            LOG.warn("The file of a schedule that was refused could not be deleted: {}", e.getMessage());
        }
    }
}
