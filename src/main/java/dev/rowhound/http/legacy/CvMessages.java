package dev.rowhound.http.legacy;

import dev.rowhound.job.ItemState;
import dev.rowhound.job.JobState;
import dev.rowhound.job.event.EventType;
import dev.rowhound.progress.JobEvent;
import dev.rowhound.queue.job.JobSnapshot;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Converts job events to messages of the CV system: {@code cv_progress} for a step of an item, {@code batch_progress}
 * for a job.
 */
final class CvMessages {
    /** States that count as {@code failed}; all other ended states count as {@code completed}. */
    private static final Set<ItemState> FAILED =
            Set.of(ItemState.FAILED, ItemState.BLOCKED, ItemState.INVALID_INPUT, ItemState.CANCELLED);

    private CvMessages() {}

    /**
     * Returns the messages for a job's events in order, followed by the progress of the batch.
     *
     * @param cursor the cursor over all jobs of the user after these events
     */
    static List<String> of(String job, List<JobEvent> events, String cursor) {
        List<String> messages = new ArrayList<>();
        JsonObject last = new JsonObject();
        for (JobEvent event : events) {
            last = new JsonObject(event.json());
            JsonObject progress = item(job, last);
            if (progress != null) {
                messages.add(progress.encode());
            }
        }
        messages.add(batch(job, last, cursor));
        return messages;
    }

    private static @Nullable JsonObject item(String job, JsonObject event) {
        EventType type = EventType.of(event.getString("type"));
        String status = type == null
                ? null
                : switch (type) {
                    case ITEM_STARTED, ITEM_ANSWERED -> "processing";
                    case ITEM_RETRYING -> "retrying";
                    case ITEM_HELD -> "held";
                    case ITEM_NEEDS_HUMAN -> "needs_human";
                    case ITEM_ENDED ->
                        FAILED.contains(ItemState.ofWire(event.getString("state"))) ? "failed" : "completed";
                    default -> null;
                };
        if (status == null) {
            return null;
        }
        JsonObject error = event.getJsonObject("error");
        return new JsonObject()
                .put("type", "cv_progress")
                .put("id", event.getString("id"))
                .put("batch_id", job)
                .put("cv_id", event.getInteger("row"))
                .put("file", event.getString("key"))
                .put("status", status)
                .put("state", event.getString("state"))
                .put("progress", type == EventType.ITEM_ENDED ? 100 : 0)
                .put("error", error == null ? null : error.getString("message"));
    }

    private static String batch(String job, JsonObject event, String cursor) {
        JsonObject counters = event.getJsonObject("counters");
        int received = 0;
        int done = 0;
        int failed = 0;
        for (ItemState state : ItemState.values()) {
            int count = counters.getInteger(state.wire(), 0);
            received += count;
            done += state.ended() ? count : 0;
            failed += FAILED.contains(state) ? count : 0;
        }
        Integer total = counters.getInteger("total");
        boolean started = done > 0 || counters.getInteger("waiting", 0) < received;
        EventType type = EventType.of(event.getString("type"));
        String status = type == null || !type.terminal()
                ? started ? "processing" : "queued"
                : type == EventType.JOB_COMPLETED ? "completed" : "failed";
        return batch(job, status, total == null ? received : total, done - failed, failed, cursor);
    }

    /** Returns the {@code batch_progress} message for a job. */
    static String batch(JobSnapshot job, String cursor) {
        int failed = job.counters().entrySet().stream()
                .filter(count -> FAILED.contains(count.getKey()))
                .mapToInt(count -> count.getValue())
                .sum();
        int total = job.total() == null ? job.received() : job.total();
        return batch(job.id(), status(job), total, job.done() - failed, failed, cursor);
    }

    /** Returns the job's state in the terms of the legacy systems. */
    static String status(JobSnapshot job) {
        if (job.state() == JobState.COMPLETED) {
            return "completed";
        }
        if (job.state().terminal()) {
            return "failed";
        }
        return job.started() == null ? "queued" : "processing";
    }

    private static String batch(String job, String status, int total, int completed, int failed, String cursor) {
        return new JsonObject()
                .put("type", "batch_progress")
                .put("batch_id", job)
                .put("status", status)
                .put("total", total)
                .put("completed", completed)
                .put("failed", failed)
                .put("percent", percent(completed + failed, total, status.equals("completed")))
                .put("cursor", cursor)
                .encode();
    }

    /** Returns the progress in percent; 100 only if the job is over. */
    static int percent(int done, int total, boolean over) {
        return over ? 100 : total == 0 ? 0 : (int) Math.min(99, 100L * done / total);
    }
}
