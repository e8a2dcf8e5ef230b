package dev.rowhound.http.job;

import dev.rowhound.app.control.JobControl;
import dev.rowhound.app.control.QuestionAnswers;
import dev.rowhound.http.request.RouteModule;
import dev.rowhound.http.request.RouteTable;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.result.EvidenceFiles;
import dev.rowhound.queue.result.Items;

/**
 * The routes of jobs and their items.
 *
 * @param jobs reads jobs
 * @param items reads their rows
 * @param evidence reads evidence files
 * @param control changes jobs
 * @param answers accepts answers to questions
 */
public record JobRoutes(Jobs jobs, Items items, EvidenceFiles evidence, JobControl control, QuestionAnswers answers)
        implements RouteModule {
    @Override
    public void mount(RouteTable routes, Server server) {
        JobsHandler handler = new JobsHandler(jobs, items);
        routes.get("/api/v1/jobs").handler(handler::list);
        routes.get("/api/v1/jobs/:id").handler(handler::one);
        routes.get("/api/v1/jobs/:id/items").handler(handler::items);
        routes.get("/api/v1/jobs/:id/results").handler(new ResultsHandler(jobs, items)::handle);
        routes.get("/api/v1/jobs/:id/items/:row/evidence/:name")
                .handler(new EvidenceHandler(server.vertx(), jobs, items, evidence)::handle);
        routes.post("/api/v1/jobs/:id/cancel").answerOnce(JobControlHandler.of(control::cancel));
        routes.post("/api/v1/jobs/:id/pause").answerOnce(JobControlHandler.of(control::pause));
        routes.post("/api/v1/jobs/:id/resume").answerOnce(JobControlHandler.of(control::resume));
        routes.post("/api/v1/jobs/:id/retry-failed").answerOnce(new JobControlHandler(control)::retryFailed);
        routes.post("/api/v1/jobs/:id/items/:row/answer").answerOnce(new ItemHandler(answers)::answer);
    }
}
