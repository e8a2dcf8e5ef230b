package dev.rowhound.http.live;

import dev.rowhound.http.job.JobJson;
import dev.rowhound.queue.job.JobSnapshot;
import io.vertx.core.json.JsonObject;

/** JSON of a {@code totals} event: the progress of a job without its single events. */
final class TotalsJson {
    /** Type of the event. */
    static final String TYPE = "totals";

    private TotalsJson() {}

    /** Returns the totals; {@code through} is the number of the last event that they include. */
    static JsonObject of(JobSnapshot job) {
        return new JsonObject()
                .put("v", 1)
                .put("type", TYPE)
                .put("id", job.lastEvent())
                .put("through", job.lastSeq())
                .put("job", job.id())
                .put("gen", job.generation())
                .put("at", JobJson.time(job.at()))
                .put("state", job.state().wire())
                .put("counters", JobJson.counters(job).put("total", job.total()));
    }
}
