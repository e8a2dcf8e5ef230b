package dev.rowhound.http.job;

import dev.rowhound.app.Refusal;
import dev.rowhound.app.reading.JobLookup;
import dev.rowhound.app.reading.JobRows;
import dev.rowhound.http.request.QueryParams;
import dev.rowhound.http.request.RequestScope;
import dev.rowhound.job.ItemState;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.result.Items;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Serves jobs and their items. */
final class JobsHandler {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;

    private final Jobs jobs;
    private final Items items;

    JobsHandler(Jobs jobs, Items items) {
        this.jobs = jobs;
        this.items = items;
    }

    /** {@code GET /api/v1/jobs}. */
    void list(RoutingContext context) {
        int limit = QueryParams.number(context, "limit", 50, 1, 500);
        jobs.list(RequestScope.of(context).caller().user(), limit)
                .onSuccess(found -> {
                    JsonArray list = new JsonArray();
                    found.forEach(job -> list.add(JobJson.snapshot(job)));
                    var unused = context.json(new JsonObject().put("jobs", list));
                })
                .onFailure(context::fail);
    }

    /** {@code GET /api/v1/jobs/{id}}. */
    void one(RoutingContext context) {
        JobLookup.find(jobs, context.pathParam("id"))
                .onSuccess(job -> context.json(JobJson.snapshot(job)))
                .onFailure(context::fail);
    }

    /** {@code GET /api/v1/jobs/{id}/items}. */
    void items(RoutingContext context) {
        Set<ItemState> states = states(context.request().getParam("state"));
        int limit = QueryParams.number(context, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
        int from = QueryParams.number(context, "cursor", 1, 1, Integer.MAX_VALUE);
        JobLookup.find(jobs, context.pathParam("id"))
                .compose(
                        job -> new JobRows(items, job).page(states, limit, from).map(page -> page(page, job)))
                .onSuccess(context::json)
                .onFailure(context::fail);
    }

    private static JsonObject page(JobRows.ItemPage page, JobSnapshot job) {
        JsonArray list = new JsonArray();
        page.rows().forEach(row -> list.add(JobJson.item(row, job)));
        return new JsonObject()
                .put("items", list)
                .put("next", page.next() == null ? null : String.valueOf(page.next()));
    }

    private static Set<ItemState> states(@Nullable String names) {
        if (names == null || names.isBlank()) {
            return EnumSet.allOf(ItemState.class);
        }
        EnumSet<ItemState> states = EnumSet.noneOf(ItemState.class);
        for (String name : names.split(",")) {
            try {
                states.add(ItemState.ofWire(name.strip()));
            } catch (IllegalArgumentException e) {
                throw Refusal.of(
                        "invalid_field",
                        "\"" + name.strip() + "\" is not an item state; use some of "
                                + Arrays.stream(ItemState.values())
                                        .map(ItemState::wire)
                                        .toList(),
                        "state");
            }
        }
        return states;
    }
}
