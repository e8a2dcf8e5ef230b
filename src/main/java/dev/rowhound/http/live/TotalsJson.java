package dev.rowhound.http.live;

import dev.rowhound.http.job.JobJson;
import dev.rowhound.queue.job.JobSnapshot;
import io.vertx.core.json.JsonObject;

/** What is told of a job where its single events are not asked for. */
final class TotalsJson {
    /** The type, as an event's. */
    static final String TYPE = "totals";

    private TotalsJson() {}

    /** Where the job stands; {@code through} is the number of the last event that this takes into account. */
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
