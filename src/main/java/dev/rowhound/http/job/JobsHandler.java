package dev.rowhound.http.job;

import dev.rowhound.app.Refusal;
import dev.rowhound.app.reading.JobLookup;
import dev.rowhound.http.request.QueryParams;
import dev.rowhound.http.request.RequestScope;
import dev.rowhound.job.ItemState;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.result.ItemView;
import dev.rowhound.queue.result.Items;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reading jobs. */
final class JobsHandler {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;

    /** How many rows one request looks through for those that match; the answer's cursor goes on behind them. */
    private static final int MAX_SCANNED = 10_000;

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
                .compose(job -> collect(job, new Page(states, limit, from)))
                .onSuccess(context::json)
                .onFailure(context::fail);
    }

    private static final class Page {
        final Set<ItemState> states;
        final int limit;
        final int first;
        final JsonArray found = new JsonArray();
        int next;

        Page(Set<ItemState> states, int limit, int from) {
            this.states = states;
            this.limit = limit;
            this.first = from;
            this.next = from;
        }

        boolean full() {
            return found.size() >= limit || next - first >= MAX_SCANNED;
        }
    }

    private Future<JsonObject> collect(JobSnapshot job, Page page) {
        return items.page(job, page.next).compose(rows -> {
            for (ItemView row : rows) {
                if (page.full()) {
                    break;
                }
                page.next = row.row().number() + 1;
                if (page.states.contains(row.state())) {
                    page.found.add(JobJson.item(row, job));
                }
            }
            if (!rows.isEmpty() && !page.full()) {
                return collect(job, page);
            }
            boolean more = !rows.isEmpty() && page.next <= job.received();
            return Future.succeededFuture(
                    new JsonObject().put("items", page.found).put("next", more ? String.valueOf(page.next) : null));
        });
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
                        "\"" + name.strip() + "\" is no state of an item; give some of "
                                + Arrays.stream(ItemState.values())
                                        .map(ItemState::wire)
                                        .toList(),
                        "state");
            }
        }
        return states;
    }
}
