package dev.rowhound.http.request;

import static java.util.Map.entry;

import dev.rowhound.app.Refusal;
import dev.rowhound.app.submission.RepeatedFailure;
import java.util.Map;

/** Maps error codes to HTTP statuses. Codes that are not listed are faults of the request: 400. */
final class Statuses {
    private static final Map<String, Integer> BY_CODE = Map.ofEntries(
            entry("not_an_editor", 403),
            entry("other_user", 403),
            entry("no_such_evidence", 404),
            entry("no_such_job", 404),
            entry("no_such_recipe", 404),
            entry("no_such_row", 404),
            entry("no_such_schedule", 404),
            entry("no_such_version", 404),
            entry("not_found", 404),
            entry("recipe_unreadable", 404),
            entry("method_not_allowed", 405),
            entry("idempotency_conflict", 409),
            entry("job_ended", 409),
            entry("job_exists", 409),
            entry("job_not_ended", 409),
            entry("job_receiving", 409),
            entry("nothing_to_retry", 409),
            entry("question_over", 409),
            entry("recipe_of_file", 409),
            entry("recipes_too_large", 409),
            entry("request_in_progress", 409),
            entry("schedule_exists", 409),
            entry("too_many_recipes", 409),
            entry("upload_in_progress", 409),
            entry("evidence_gone", 410),
            entry("version_conflict", 412),
            entry("too_large", 413),
            entry("uri_too_long", 414),
            entry("unsupported_media_type", 415),
            entry("upgrade_required", 426),
            entry("quota_exceeded", 429),
            entry("too_many_probes", 429),
            entry("headers_too_large", 431),
            entry("internal", 500),
            entry("busy", 503),
            entry("no_worker", 503),
            entry("shutting_down", 503),
            entry("store_full", 503),
            entry("try_out_lost", 503));

    private Statuses() {}

    static int of(Refusal refusal) {
        if (refusal instanceof HttpRefusal special) {
            return special.status();
        }
        // A repeat of a failed submission is a fault of the request, whatever status the first failure had.
        return refusal instanceof RepeatedFailure ? 400 : BY_CODE.getOrDefault(refusal.code(), 400);
    }
}
