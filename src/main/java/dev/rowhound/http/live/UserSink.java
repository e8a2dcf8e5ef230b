package dev.rowhound.http.live;

import dev.rowhound.app.reading.JobLookup;
import dev.rowhound.http.job.JobJson;
import dev.rowhound.http.stream.LiveStream;
import dev.rowhound.progress.Cursor;
import dev.rowhound.progress.EventBatch;
import dev.rowhound.progress.UserWatch;
import dev.rowhound.queue.job.Jobs;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Leads the events of a user's jobs to a stream; where a job's cursor is lost, that job's snapshot. */
final class UserSink implements UserWatch.UserEventSink {
    private final Jobs jobs;
    private final LiveStream stream;

    UserSink(Jobs jobs, LiveStream stream) {
        this.jobs = jobs;
        this.stream = stream;
    }

    @Override
    public Future<Void> events(String job, EventBatch batch, String cursor) {
        return stream.events(batch, cursor);
    }

    @Override
    public Future<@Nullable Cursor> lost(String job, Function<Cursor, String> cursor) {
        return JobLookup.reset(jobs, job, cursor, (present, id) -> {
            JsonObject snapshot = JobJson.snapshot(present);
            return stream.event("reset", id, snapshot, JobSink.reset(id, snapshot));
        });
    }
}
