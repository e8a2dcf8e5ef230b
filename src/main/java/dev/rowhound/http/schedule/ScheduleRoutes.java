package dev.rowhound.http.schedule;

import dev.rowhound.app.schedule.UserSchedules;
import dev.rowhound.http.request.Callers;
import dev.rowhound.http.request.RouteModule;
import dev.rowhound.http.request.RouteTable;
import dev.rowhound.http.upload.UploadHandler;

/**
 * The routes of schedules.
 *
 * @param schedules reads and changes schedules
 * @param callers identifies callers
 * @param uploads receives the uploaded files
 */
public record ScheduleRoutes(UserSchedules schedules, Callers callers, UploadHandler uploads) implements RouteModule {
    @Override
    public void mount(RouteTable routes, Server server) {
        SchedulesHandler handler = new SchedulesHandler(schedules, callers, uploads, routes.idempotency());
        routes.post("/api/v1/schedules")
                .upload(uploads.config().maxBytes())
                .named()
                .logged()
                .handler(handler::create);
        routes.get("/api/v1/schedules").handler(handler::list);
        routes.get("/api/v1/schedules/:id").handler(handler::one);
        routes.delete("/api/v1/schedules/:id").answerOnce(handler::delete);
        routes.post("/api/v1/schedules/:id/pause").answerOnce(handler::pause);
        routes.post("/api/v1/schedules/:id/resume").answerOnce(handler::resume);
    }
}
