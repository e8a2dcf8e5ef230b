package dev.rowhound.http.schedule;

import dev.rowhound.app.schedule.ScheduleCreation;
import dev.rowhound.app.schedule.ScheduleForm;
import dev.rowhound.app.schedule.UserSchedules;
import dev.rowhound.http.request.Callers;
import dev.rowhound.http.request.IdempotencyFilter;
import dev.rowhound.http.request.IdempotencyFilter.Answer;
import dev.rowhound.http.request.RequestScope;
import dev.rowhound.http.upload.UploadHandler;
import dev.rowhound.schedule.ScheduledUpload;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Serves schedules and the commands that change them. */
final class SchedulesHandler {
    private final UserSchedules schedules;
    private final Callers callers;
    private final UploadHandler uploads;
    private final IdempotencyFilter idempotency;

    SchedulesHandler(UserSchedules schedules, Callers callers, UploadHandler uploads, IdempotencyFilter idempotency) {
        this.schedules = schedules;
        this.callers = callers;
        this.uploads = uploads;
        this.idempotency = idempotency;
    }

    /** {@code POST /api/v1/schedules}. */
    void create(RoutingContext context) {
        String key = RequestScope.of(context).key();
        uploads.take(
                context,
                (fields, filename) -> uploads.form(kinds -> ScheduleForm.read(fields, kinds))
                        .map(form -> {
                            String user = callers.of(context.request(), fields).user();
                            return new ScheduleCreation<>(
                                    schedules,
                                    form,
                                    user,
                                    UploadHandler.nameOf(filename),
                                    new Responder(context, user, key));
                        }),
                SchedulesHandler::created);
    }

    /** Converts a new schedule to a JSON response, which is stored if the call has an idempotency key. */
    private final class Responder implements ScheduleCreation.Responder<JsonObject> {
        private final RoutingContext context;
        private final String user;
        private final @Nullable String key;

        Responder(RoutingContext context, String user, @Nullable String key) {
            this.context = context;
            this.user = user;
            this.key = key;
        }

        @Override
        public boolean named() {
            return key != null;
        }

        @Override
        public Future<JsonObject> once(String fingerprint, Supplier<Future<ScheduledUpload>> creation) {
            if (key == null) {
                return creation.get().map(ScheduleJson::schedule);
            }
            return idempotency
                    .named(
                            context,
                            IdempotencyFilter.attempt(context.request(), user, key),
                            fingerprint,
                            () -> creation.get()
                                    .map(schedule -> new Answer(
                                            201, ScheduleJson.schedule(schedule).encode())))
                    .map(answer -> new JsonObject(answer.body()));
        }

        @Override
        public String idIn(JsonObject answer) {
            return answer.getString("id");
        }
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
        schedules
                .find(context.pathParam("id"))
                .onSuccess(schedule -> context.json(ScheduleJson.schedule(schedule)))
                .onFailure(context::fail);
    }

    /** {@code DELETE /api/v1/schedules/{id}}. */
    Future<Answer> delete(RoutingContext context) {
        return schedules.delete(context.pathParam("id")).map(done -> Answer.none());
    }

    /** {@code POST /api/v1/schedules/{id}/pause}. */
    Future<Answer> pause(RoutingContext context) {
        return schedules.pause(context.pathParam("id")).map(SchedulesHandler::changed);
    }

    /** {@code POST /api/v1/schedules/{id}/resume}. */
    Future<Answer> resume(RoutingContext context) {
        return schedules.resume(context.pathParam("id")).map(SchedulesHandler::changed);
    }

    private static Answer changed(ScheduledUpload schedule) {
        return Answer.ok(ScheduleJson.schedule(schedule));
    }
}
