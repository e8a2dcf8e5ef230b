package dev.rowhound.app.schedule;

import dev.rowhound.app.Refusal;
import dev.rowhound.app.submission.FormFile;
import dev.rowhound.artifact.ArtifactDraft;
import dev.rowhound.artifact.ArtifactNames;
import dev.rowhound.artifact.Sha256;
import dev.rowhound.intake.ChunkSink;
import dev.rowhound.intake.Layout;
import dev.rowhound.job.RowChunk;
import dev.rowhound.schedule.ScheduledUpload;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.commons.io.input.TeeInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates a schedule: stores its file and validates it completely, so that no fire fails because of the file.
 *
 * @param <T> the type of the response
 */
public final class ScheduleCreation<T> implements FormFile<T> {
    private static final Logger LOG = LoggerFactory.getLogger(ScheduleCreation.class);

    private final UserSchedules schedules;
    private final ScheduleForm form;
    private final String user;
    private final String fileName;
    private final Responder<T> responder;
    private final String id = UUID.randomUUID().toString();
    private volatile boolean storing;
    private volatile @Nullable T firstResponse;

    /** Builds responses, and repeats the first response for calls with the same idempotency key. */
    public interface Responder<T> {
        /** Whether the call has an idempotency key. */
        boolean named();

        /**
         * Creates a schedule unless a call with the same idempotency key has created one.
         *
         * @param print a digest of the form and the file
         * @param creation creates the schedule
         * @return the response to the first such call
         */
        Future<T> once(String print, Supplier<Future<ScheduledUpload>> creation);

        /** The id of the schedule in a response. */
        String idIn(T response);
    }

    public ScheduleCreation(
            UserSchedules schedules, ScheduleForm form, String user, String fileName, Responder<T> responder) {
        this.schedules = schedules;
        this.form = form;
        this.user = user;
        this.fileName = fileName;
        this.responder = responder;
    }

    /** Signals that an earlier call has created the schedule, so that this call's file must be deleted. */
    private static final class AlreadyCreatedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        AlreadyCreatedException() {
            super("the schedule was created before");
        }
    }

    @Override
    public int run(InputStream file) throws Exception {
        try (file;
                ArtifactDraft copy = schedules.submissions().artifacts().write(id, ArtifactNames.scheduleInput());
                InputStream bytes = new TeeInputStream(file, copy)) {
            int rows = schedules
                    .submissions()
                    .intake()
                    .run(
                            bytes,
                            form.upload().csv(),
                            form.upload().specification().keys(),
                            new DiscardedRows());
            copy.commit();
            return rows;
        }
    }

    /** Discards the rows, which are read again at each fire. */
    private static final class DiscardedRows implements ChunkSink {
        @Override
        public void begin(Layout layout) {}

        @Override
        public void accept(RowChunk chunk) {}
    }

    @Override
    public void hold() {}

    @Override
    public Future<T> finish(int rows, String sha256) {
        Instant now = schedules.clock().instant();
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
        storing = true;
        return responder
                .once(Sha256.hex(content(schedule)), () -> store(schedule))
                .compose(response -> {
                    if (id.equals(responder.idIn(response))) {
                        return Future.succeededFuture(response);
                    }
                    firstResponse = response;
                    return Future.failedFuture(new AlreadyCreatedException());
                });
    }

    private int maxSchedules() {
        return schedules.submissions().quotas().of(user).schedules();
    }

    private Future<ScheduledUpload> store(ScheduledUpload schedule) {
        return schedules.schedules().create(schedule, maxSchedules()).compose(owner -> {
            if (owner == null) {
                return Future.failedFuture(Refusal.of(
                        "quota_exceeded",
                        "the user " + user + " may have " + maxSchedules()
                                + " schedules (quota.schedules) and has reached this limit; delete one first",
                        "user_id"));
            }
            return owner.equals(id) ? Future.succeededFuture(schedule) : sameOrTaken(schedule, owner);
        });
    }

    /**
     * Finds the schedule of an earlier try of a call with an idempotency key, whose response was lost with its node.
     */
    private Future<ScheduledUpload> sameOrTaken(ScheduledUpload schedule, String owner) {
        Future<ScheduledUpload> taken = Future.failedFuture(nameTaken(form.name(), owner));
        return !responder.named()
                ? taken
                : schedules
                        .schedules()
                        .find(owner)
                        .compose(existing ->
                                existing != null && content(existing).equals(content(schedule))
                                        ? Future.succeededFuture(existing)
                                        : taken);
    }

    /** The parts of a schedule that the caller determines. */
    private static String content(ScheduledUpload schedule) {
        return new JsonArray()
                .add(schedule.user())
                .add(schedule.name())
                .add(schedule.cron())
                .add(schedule.timeZone())
                .add(schedule.missed().wire())
                .add(new JsonObject(new TreeMap<>(schedule.fields().getMap())))
                .add(schedule.file())
                .add(schedule.digest())
                .encode();
    }

    private static Refusal nameTaken(String name, String owner) {
        return Refusal.of(
                "schedule_exists",
                "there is already a schedule \"" + name + "\", " + owner + "; delete it or use another name",
                "name");
    }

    @Override
    public void undo(Throwable error) {
        boolean refused = error instanceof Refusal || error instanceof AlreadyCreatedException;
        if (storing && !refused) {
            // The schedule may have been stored and its response lost. If it was not, the sweeper deletes the file.
            return;
        }
        try {
            schedules.submissions().artifacts().delete(id, ArtifactNames.scheduleInput());
        } catch (IOException e) {
            LOG.warn("The file of a schedule that was not created could not be deleted: {}", e.getMessage());
        }
    }

    @Override
    public Future<T> failed(Throwable error, @Nullable String sha256) {
        T response = firstResponse;
        return error instanceof AlreadyCreatedException && response != null
                ? Future.succeededFuture(response)
                : Future.failedFuture(error);
    }
}
