package dev.rowhound.app.schedule;

import dev.rowhound.app.Refusal;
import dev.rowhound.app.submission.Submissions;
import dev.rowhound.schedule.ScheduledUpload;
import dev.rowhound.schedule.Schedules;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists, deletes, pauses and resumes schedules.
 *
 * @param submissions stores and validates their files
 * @param schedules the schedules in the store
 * @param clock determines the next fire
 */
public record UserSchedules(Vertx vertx, Submissions submissions, Schedules schedules, Clock clock) {
    private static final Logger LOG = LoggerFactory.getLogger(UserSchedules.class);

    /** Lists a user's schedules, sorted by name. */
    public Future<List<ScheduledUpload>> list(String user) {
        return schedules.list(user);
    }

    /** Finds a schedule. Fails with {@code no_such_schedule} if it does not exist. */
    public Future<ScheduledUpload> find(String id) {
        return schedules
                .find(id)
                .compose(schedule ->
                        schedule == null ? Future.failedFuture(noSuchSchedule(id)) : Future.succeededFuture(schedule));
    }

    /** Deletes a schedule but not its jobs. */
    public Future<Void> delete(String id) {
        return find(id).compose(schedule -> schedules.delete(schedule).compose(done -> unlessGone(done, id)))
                .onSuccess(done -> deleteFile(id));
    }

    /** Deletes the file of a schedule. If that fails, or another node stores the file, a sweeper deletes it later. */
    private void deleteFile(String id) {
        vertx.executeBlocking(() -> {
                    submissions.artifacts().deleteAll(id);
                    return null;
                })
                .onFailure(
                        error -> LOG.warn("The file of schedule {} could not be deleted: {}", id, error.getMessage()));
    }

    /** Pauses a schedule until it is resumed. Returns the changed schedule. */
    public Future<ScheduledUpload> pause(String id) {
        return change(id, schedule -> schedules.pause(id));
    }

    /** Resumes a paused schedule at its next future fire. Returns the changed schedule. */
    public Future<ScheduledUpload> resume(String id) {
        return change(id, schedule -> schedules.resume(id, schedule.times().next(clock.instant())));
    }

    private Future<ScheduledUpload> change(String id, Function<ScheduledUpload, Future<Boolean>> change) {
        return find(id).compose(change).compose(done -> unlessGone(done, id)).compose(done -> find(id));
    }

    private static Future<Void> unlessGone(boolean done, String id) {
        return done ? Future.succeededFuture() : Future.failedFuture(noSuchSchedule(id));
    }

    private static Refusal noSuchSchedule(String id) {
        return Refusal.of("no_such_schedule", "there is no schedule \"" + id + "\"", "id");
    }
}
