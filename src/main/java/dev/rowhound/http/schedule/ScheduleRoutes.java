package dev.rowhound.http.schedule;

import dev.rowhound.artifact.ArtifactStore;
import dev.rowhound.http.request.Callers;
import dev.rowhound.http.request.RouteModule;
import dev.rowhound.http.request.RouteTable;
import dev.rowhound.http.upload.UploadHandler;
import dev.rowhound.intake.CsvIntake;
import dev.rowhound.limit.Quotas;
import dev.rowhound.schedule.Schedules;
import java.time.Clock;

/**
 * The routes of schedules.
 *
 * @param schedules the schedules
 * @param callers tells whose they are
 * @param uploads takes their files
 * @param artifacts keeps them
 * @param intake looks at them as a whole
 * @param quotas how many a user may have
 * @param clock tells when they fire next
 */
public record ScheduleRoutes(
        Schedules schedules,
        Callers callers,
        UploadHandler uploads,
        ArtifactStore artifacts,
        CsvIntake intake,
        Quotas quotas,
        Clock clock)
        implements RouteModule {
    @Override
    public void mount(RouteTable routes, Server server) {
        SchedulesHandler handler = new SchedulesHandler(server.vertx(), this, routes.idempotency());
        routes.post("/api/v1/schedules").named().logged().handler(handler::create);
        routes.get("/api/v1/schedules").handler(handler::list);
        routes.get("/api/v1/schedules/:id").handler(handler::one);
        routes.delete("/api/v1/schedules/:id").answerOnce(handler::delete);
        routes.post("/api/v1/schedules/:id/pause").answerOnce(handler::pause);
        routes.post("/api/v1/schedules/:id/resume").answerOnce(handler::resume);
    }
}
