package dev.rowhound.http.live;

import dev.rowhound.app.reading.JobLookup;
import dev.rowhound.http.job.JobJson;
import dev.rowhound.http.stream.LiveStream;
import dev.rowhound.http.stream.StreamEnd;
import dev.rowhound.job.event.ItemProgress;
import dev.rowhound.progress.Cursor;
import dev.rowhound.progress.EventBatch;
import dev.rowhound.progress.EventSink;
import dev.rowhound.queue.job.Jobs;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes events to a stream. If a job's cursor is lost, writes a snapshot of the job instead.
 *
 * @param oneJob whether the stream follows a single job and ends with it, or all jobs of a user
 */
record StreamSink(Jobs jobs, LiveStream stream, boolean oneJob) implements EventSink {
    @Override
    public Future<Void> events(String job, EventBatch batch, String cursor) {
        return oneJob ? stream.events(batch) : stream.events(batch, cursor);
    }

    @Override
    public Future<@Nullable Cursor> lost(String job, Function<Cursor, String> place) {
        return JobLookup.reset(jobs, job, place, (present, id) -> {
                    JsonObject snapshot = JobJson.snapshot(present);
                    JsonObject message = new JsonObject()
                            .put("v", 1)
                            .put("type", "reset")
                            .put("id", id)
                            .put("snapshot", snapshot);
                    return stream.event("reset", id, snapshot, message);
                })
                .onSuccess(cursor -> {
                    if (cursor == null && oneJob) {
                        stream.end(StreamEnd.GONE);
                    }
                });
    }

    @Override
    public void progress(String progress) {
        stream.notice(ItemProgress.TYPE, progress);
    }

    @Override
    public void ended(String job) {
        stream.end(StreamEnd.ENDED);
    }
}
