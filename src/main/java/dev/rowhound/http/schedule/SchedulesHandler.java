package dev.rowhound.http.schedule;

import dev.rowhound.app.Refusal;
import dev.rowhound.app.submission.FormFile;
import dev.rowhound.http.request.IdempotencyFilter;
import dev.rowhound.http.request.IdempotencyFilter.Answer;
import dev.rowhound.http.request.RequestScope;
import dev.rowhound.http.upload.UploadHandler;
import dev.rowhound.schedule.ScheduledUpload;
import dev.rowhound.schedule.Schedules;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Making, reading and ending schedules. */
final class SchedulesHandler {
    private static final Logger LOG = LoggerFactory.getLogger(SchedulesHandler.class);

    private final Vertx vertx;
    private final ScheduleRoutes parts;
    private final IdempotencyFilter idempotency;
    private final Schedules schedules;

    SchedulesHandler(Vertx vertx, ScheduleRoutes parts, IdempotencyFilter idempotency) {
        this.vertx = vertx;
        this.parts = parts;
        this.idempotency = idempotency;
        this.schedules = parts.schedules();
    }

    /** {@code POST /api/v1/schedules}. */
    void create(RoutingContext context) {
        String key = RequestScope.of(context).key();
        FormFile.Opening<JsonObject> opening = (fields, filename) -> {
            return parts.uploads()
                    .form(kinds -> ScheduleForm.read(fields, kinds))
                    .map(form -> {
                        String user =
                                parts.callers().of(context.request(), fields).user();
                        ScheduleUpload.Naming naming = key == null
                                ? null
                                : (print, creation) -> idempotency.named(
                                        context,
                                        IdempotencyFilter.attempt(context.request(), user, key),
                                        print,
                                        creation);
                        return new ScheduleUpload(parts, form, user, UploadHandler.nameOf(filename), naming);
                    });
        };
        parts.uploads().take(context, opening, SchedulesHandler::created);
    }

    private static void created(RoutingContext context, JsonObject schedule) {
        var unused = context.response()
                .setStatusCode(201)
                .putHeader(HttpHeaders.LOCATION, schedule.getJsonObject("links").getString("self"))
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(schedule.toBuffer());
    }

    /** {@code GET /api/v1/schedules}. */
    void list(RoutingContext context) {
        schedules
                .list(RequestScope.of(context).caller().user())
                .onSuccess(found -> {
                    JsonArray list = new JsonArray();
                    found.forEach(schedule -> list.add(ScheduleJson.schedule(schedule)));
                    var unused = context.json(new JsonObject().put("schedules", list));
                })
                .onFailure(context::fail);
    }

    /** {@code GET /api/v1/schedules/{id}}. */
    void one(RoutingContext context) {
        find(context.pathParam("id"))
                .onSuccess(schedule -> context.json(ScheduleJson.schedule(schedule)))
                .onFailure(context::fail);
    }

    /** {@code DELETE /api/v1/schedules/{id}}. */
    Future<Answer> delete(RoutingContext context) {
        String id = context.pathParam("id");
        return find(id).compose(schedule -> schedules.delete(schedule).compose(done -> unlessGone(done, id)))
                .map(done -> {
                    deleteFile(id);
                    return Answer.none();
                });
    }

    /** Where that fails, or the file is another node's, it is swept some time. */
    private void deleteFile(String id) {
        vertx.executeBlocking(() -> {
                    parts.artifacts().deleteAll(id);
                    return null;
                })
                .onFailure(
                        error -> LOG.warn("The file of schedule {} could not be deleted: {}", id, error.getMessage()));
    }

    /** {@code POST /api/v1/schedules/{id}/pause}. */
    Future<Answer> pause(RoutingContext context) {
        return change(context, schedule -> schedules.pause(schedule.id()));
    }

    /** {@code POST /api/v1/schedules/{id}/resume}. */
    Future<Answer> resume(RoutingContext context) {
        return change(
                context,
                schedule -> schedules.resume(
                        schedule.id(), schedule.times().next(parts.clock().instant())));
    }

    private Future<Answer> change(RoutingContext context, Function<ScheduledUpload, Future<Boolean>> change) {
        String id = context.pathParam("id");
        return find(id).compose(change::apply)
                .compose(done -> unlessGone(done, id))
                .compose(done -> find(id))
                .map(schedule -> Answer.ok(ScheduleJson.schedule(schedule)));
    }

    private Future<ScheduledUpload> find(String id) {
        return schedules
                .find(id)
                .compose(schedule ->
                        schedule == null ? Future.failedFuture(noSuchSchedule(id)) : Future.succeededFuture(schedule));
    }

    private static Future<Void> unlessGone(boolean done, String id) {
        return done ? Future.succeededFuture() : Future.failedFuture(noSuchSchedule(id));
    }

    private static Refusal noSuchSchedule(String id) {
        return Refusal.of("no_such_schedule", "there is no schedule \"" + id + "\"", "id");
    }
}
