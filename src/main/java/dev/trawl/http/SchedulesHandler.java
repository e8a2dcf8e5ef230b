package dev.trawl.http;

import dev.trawl.schedule.ScheduledUpload;
import dev.trawl.schedule.Schedules;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Making, reading and ending schedules. */
final class SchedulesHandler {
    private static final Logger LOG = LoggerFactory.getLogger(SchedulesHandler.class);

    private final Vertx vertx;
    private final HttpParts parts;
    private final UploadHandler uploads;
    private final Schedules schedules;

    SchedulesHandler(Vertx vertx, HttpParts parts, UploadHandler uploads) {
        this.vertx = vertx;
        this.parts = parts;
        this.uploads = uploads;
        this.schedules = parts.schedules();
    }

    /** {@code POST /api/v1/schedules}. */
    void create(RoutingContext context) {
        String id = UUID.randomUUID().toString();
        uploads.take(
                context,
                (fields, filename) -> new ScheduleUpload(
                        parts,
                        ScheduleForm.read(fields, parts.recipes()),
                        id,
                        Callers.of(context.request(), fields).user(),
                        UploadHandler.nameOf(filename)),
                SchedulesHandler::created);
    }

    private static void created(RoutingContext context, ScheduledUpload schedule) {
        var unused = context.response()
                .setStatusCode(201)
                .putHeader(HttpHeaders.LOCATION, ScheduleJson.SCHEDULES + "/" + schedule.id())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(ScheduleJson.schedule(schedule).toBuffer());
    }

    /** {@code GET /api/v1/schedules}. */
    void list(RoutingContext context) {
        schedules
                .list(Callers.of(context.request()).user())
                .onSuccess(found -> {
                    JsonArray list = new JsonArray();
                    found.forEach(schedule -> list.add(ScheduleJson.schedule(schedule)));
                    var unused = context.json(new JsonObject().put("schedules", list));
                })
                .onFailure(context::fail);
    }

    /** {@code GET /api/v1/schedules/{id}}. */
    void one(RoutingContext context) {
        answer(context, find(context.pathParam("id")));
    }

    /** {@code DELETE /api/v1/schedules/{id}}. */
    void delete(RoutingContext context) {
        String id = context.pathParam("id");
        find(id).compose(schedule -> schedules.delete(schedule).compose(done -> unlessGone(done, id)))
                .onSuccess(done -> {
                    deleteFile(id);
                    var unused = context.response().setStatusCode(204).end();
                })
                .onFailure(context::fail);
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
    void pause(RoutingContext context) {
        change(context, schedule -> schedules.pause(schedule.id()));
    }

    /** {@code POST /api/v1/schedules/{id}/resume}. */
    void resume(RoutingContext context) {
        change(
                context,
                schedule -> schedules.resume(
                        schedule.id(), schedule.times().next(parts.clock().instant())));
    }

    private void change(RoutingContext context, Function<ScheduledUpload, Future<Boolean>> change) {
        String id = context.pathParam("id");
        answer(
                context,
                find(id).compose(change::apply)
                        .compose(done -> unlessGone(done, id))
                        .compose(done -> find(id)));
    }

    private static void answer(RoutingContext context, Future<ScheduledUpload> asked) {
        asked.onSuccess(schedule -> context.json(ScheduleJson.schedule(schedule)))
                .onFailure(context::fail);
    }

    private Future<ScheduledUpload> find(String id) {
        return schedules
                .find(id)
                .compose(schedule -> schedule == null
                        ? Future.failedFuture(new ApiException(ApiError.noSuchSchedule(id)))
                        : Future.succeededFuture(schedule));
    }

    private static Future<Void> unlessGone(boolean done, String id) {
        return done ? Future.succeededFuture() : Future.failedFuture(new ApiException(ApiError.noSuchSchedule(id)));
    }
}
