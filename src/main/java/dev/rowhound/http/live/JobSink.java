package dev.rowhound.http.live;

import dev.rowhound.http.job.JobJson;
import dev.rowhound.http.stream.LiveStream;
import dev.rowhound.http.stream.StreamEnd;
import dev.rowhound.job.event.ItemProgress;
import dev.rowhound.progress.Cursor;
import dev.rowhound.progress.EventBatch;
import dev.rowhound.progress.Watch;
import dev.rowhound.queue.job.Jobs;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** Leads a job's events to a stream; where the cursor is lost, the job's snapshot. */
final class JobSink implements Watch.Sink {
    private final Jobs jobs;
    private final String job;
    private final LiveStream stream;

    JobSink(Jobs jobs, String job, LiveStream stream) {
        this.jobs = jobs;
        this.job = job;
        this.stream = stream;
    }

    @Override
    public Future<Void> events(EventBatch batch) {
        return stream.events(batch);
    }

    @Override
    public Future<Cursor> lost() {
        return jobs.find(job).compose(present -> {
            if (present == null) {
                stream.end(StreamEnd.GONE);
                return Future.failedFuture("the job is gone");
            }
            JsonObject snapshot = JobJson.snapshot(present);
            String id = present.lastEvent();
            return stream.event("reset", id, snapshot, reset(id, snapshot))
                    .map(new Cursor(present.lastSeq(), present.lastMark()));
        });
    }

    /** A reset as a message that stands by itself. */
    static JsonObject reset(String id, JsonObject snapshot) {
        return new JsonObject().put("v", 1).put("type", "reset").put("id", id).put("snapshot", snapshot);
    }

    @Override
    public void progress(String progress) {
        stream.notice(ItemProgress.TYPE, progress);
    }

    @Override
    public void ended() {
        stream.end(StreamEnd.ENDED);
    }
}
