package dev.rowhound.http.job;

import dev.rowhound.job.ItemState;
import dev.rowhound.job.event.WireTime;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.result.InputHash;
import dev.rowhound.queue.result.ItemView;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Converts jobs and items to JSON. */
public final class JobJson {
    /** Base path of jobs. */
    public static final String JOBS = "/api/v1/jobs";

    /** Maximum number of open questions in a job's JSON; items list all. */
    private static final int MAX_QUESTIONS = 100;

    private JobJson() {}

    /** Returns the job as {@code GET /api/v1/jobs/{id}} serves it. */
    public static JsonObject snapshot(JobSnapshot job) {
        Double rate = rate(job);
        return new JsonObject()
                .put("id", job.id())
                .put("state", job.state().wire())
                .put("recipe", job.recipeName())
                .put("recipe_version", job.recipeVersion())
                .put("file", job.file())
                .put("column", job.columns().get(job.keyColumn()))
                .put("columns", new JsonArray(job.columns()))
                .put("header", job.header())
                .put("fields", new JsonArray(job.fields()))
                .put("user", job.user())
                .put("schedule", job.schedule())
                .put("created_at", time(job.created()))
                .put("started_at", time(job.started()))
                .put("ended_at", time(job.ended()))
                .put("generation", job.generation())
                .put("priority", job.pace().priority())
                .put(
                        "concurrency",
                        job.pace().concurrency() == 0 ? null : job.pace().concurrency())
                .put(
                        "delay_ms",
                        new JsonArray()
                                .add(job.pace().delayMinMillis())
                                .add(job.pace().delayMaxMillis()))
                .put("total", job.total())
                .put("received", job.received())
                .put("counters", counters(job))
                .put("done", job.done())
                .put("rate", rate)
                .put("time_left_ms", timeLeft(job, rate))
                .put("reason", job.reason())
                .put("questions", questions(job))
                .put("last_event", job.lastEvent())
                .put("links", links(job.id()));
    }

    /** Returns the response to an upload. */
    public static JsonObject accepted(JobSnapshot job) {
        return new JsonObject()
                .put("id", job.id())
                .put("state", job.state().wire())
                .put("total", job.total())
                .put("links", links(job.id()));
    }

    /** Returns the row as {@code GET /api/v1/jobs/{id}/items} serves it. */
    static JsonObject item(ItemView item, JobSnapshot job) {
        JsonObject json = new JsonObject()
                .put("row", item.row().number())
                .put("key", item.row().key())
                .put("state", item.state().wire());
        if (item.row().aliasOf() > 0) {
            json.put("alias_of", item.row().aliasOf());
        }
        JsonObject input = new JsonObject();
        for (int i = 0; i < job.columns().size(); i++) {
            input.put(job.columns().get(i), item.row().values().get(i));
        }
        json.put("input", input)
                .put("input_hash", InputHash.of(item.row()))
                .put("fields", item.fields())
                .put("error", item.error() == null ? null : item.error().toJson())
                .put("attempts", item.attempts());
        if (item.visit() != null) {
            json.put("visit", item.visit());
        }
        if (!item.evidence().isEmpty()) {
            // Rows with a repeated key share the evidence of the first row.
            int source =
                    item.row().aliasOf() > 0 ? item.row().aliasOf() : item.row().number();
            JsonArray files = new JsonArray();
            item.evidence().forEach(file -> files.add(file.toJson(EvidencePath.of(job.id(), source, file.name()))));
            json.put("evidence", files);
        }
        return item.question() == null ? json : json.put("question", item.question());
    }

    /** Returns the open questions, up to the maximum. */
    private static JsonArray questions(JobSnapshot job) {
        JsonArray questions = new JsonArray();
        job.questions().stream()
                .limit(MAX_QUESTIONS)
                .forEach(open ->
                        questions.add(new JsonObject().put("row", open.row()).put("question", open.question())));
        return questions;
    }

    private static JsonObject links(String id) {
        String self = JOBS + "/" + id;
        return new JsonObject()
                .put("self", self)
                .put("events", self + "/events")
                .put("ws", self + "/ws")
                .put("results", self + "/results")
                .put("items", self + "/items")
                .put("cancel", self + "/cancel")
                .put("pause", self + "/pause")
                .put("resume", self + "/resume")
                .put("retry_failed", self + "/retry-failed")
                .put("page", "/?job=" + id);
    }

    /** Returns the number of rows in each state. */
    public static JsonObject counters(JobSnapshot job) {
        JsonObject counters = new JsonObject();
        for (ItemState state : ItemState.values()) {
            counters.put(state.wire(), job.counters().getOrDefault(state, 0));
        }
        return counters;
    }

    /**
     * Returns the processed rows per second since the first one started, without rows that were invalid or cancelled.
     * Returns null before that, and for generations after the first, because the time between generations is arbitrary.
     */
    private static @Nullable Double rate(JobSnapshot job) {
        if (job.started() == null || job.generation() > 1) {
            return null;
        }
        int lookedUp = job.done()
                - job.counters().getOrDefault(ItemState.INVALID_INPUT, 0)
                - job.counters().getOrDefault(ItemState.CANCELLED, 0);
        Instant until = job.ended() == null ? job.at() : job.ended();
        double seconds = Duration.between(job.started(), until).toMillis() / 1000.0;
        return lookedUp <= 0 || seconds <= 0 ? null : Math.round(lookedUp / seconds * 100) / 100.0;
    }

    private static @Nullable Long timeLeft(JobSnapshot job, @Nullable Double rate) {
        if (job.state().terminal() || job.total() == null || rate == null || rate <= 0) {
            return null;
        }
        return Math.round((job.total() - job.done()) / rate * 1000);
    }

    public static @Nullable String time(@Nullable Instant instant) {
        return instant == null ? null : WireTime.of(instant);
    }
}
