package dev.rowhound.http;

import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipestore.RecipeCatalogue;
import dev.rowhound.schedule.BadScheduleException;
import dev.rowhound.schedule.CronTimes;
import dev.rowhound.schedule.MissedFires;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a schedule, which come before its file: those of an upload, and when it is to be made.
 *
 * @param name what the user calls the schedule
 * @param cron when it fires
 * @param timeZone the zone that {@code cron} speaks of
 * @param missed what becomes of missed fires
 * @param times when it fires
 * @param upload the fields of each upload, as read
 * @param uploadFields the same as given, from which each fire reads them again
 */
record ScheduleForm(
        String name,
        String cron,
        String timeZone,
        MissedFires missed,
        CronTimes times,
        UploadForm upload,
        JsonObject uploadFields) {
    private static final List<String> KNOWN = List.of("name", "cron", "time_zone", "missed");
    private static final int MAX_NAME = 64;

    /**
     * Reads the fields.
     *
     * @param recipe the recipe that they name
     * @throws ApiException naming the field that is at fault
     */
    static ScheduleForm read(MultiMap fields, Recipe recipe) {
        MultiMap ofUpload = MultiMap.caseInsensitiveMultiMap();
        JsonObject kept = new JsonObject();
        for (String field : fields.names()) {
            if (KNOWN.contains(field)) {
                continue;
            }
            if (!UploadForm.KNOWN.contains(field)) {
                List<String> all = new ArrayList<>(KNOWN);
                all.addAll(UploadForm.KNOWN);
                throw UploadForm.unknown(field, all);
            }
            ofUpload.set(field, fields.get(field));
            if (!field.equals(Callers.FIELD)) {
                kept.put(field, fields.get(field));
            }
        }
        String name = required(fields, "name", "a name for the schedule").strip();
        if (name.length() > MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw new ApiException(ApiError.of(
                    400,
                    "invalid_field",
                    "the field \"name\" is 1 to " + MAX_NAME + " characters, none of them a control character",
                    "name"));
        }
        String cron =
                required(fields, "cron", "five fields such as \"30 6 * * 1-5\"").strip();
        String timeZone = given(fields, "time_zone", "UTC");
        try {
            MissedFires missed = MissedFires.of(given(fields, "missed", MissedFires.RUN_ONCE.wire()));
            CronTimes times = CronTimes.of(cron, timeZone);
            UploadForm upload = UploadForm.read(ofUpload, recipe, null);
            return new ScheduleForm(name, cron, timeZone, missed, times, upload, kept);
        } catch (BadScheduleException e) {
            throw new ApiException(ApiError.of(400, "invalid_field", String.valueOf(e.getMessage()), e.field()));
        }
    }

    /**
     * The recipe of a schedule.
     *
     * @throws ApiException for a version that is no number
     */
    static RecipeChoice recipe(MultiMap fields) {
        return RecipeChoice.of(fields, null);
    }

    /** The upload of a fire, whose recipe is the one that has the name by then. */
    static Future<UploadForm> uploadOf(JsonObject uploadFields, RecipeCatalogue recipes) {
        MultiMap fields = MultiMap.caseInsensitiveMultiMap();
        uploadFields.forEach(field -> fields.set(field.getKey(), String.valueOf(field.getValue())));
        return recipe(fields).in(recipes, 400).map(recipe -> UploadForm.read(fields, recipe, null));
    }

    private static String given(MultiMap fields, String field, String fallback) {
        String text = fields.get(field);
        return text == null || text.isBlank() ? fallback : text.strip();
    }

    private static String required(MultiMap fields, String field, String wanted) {
        String text = fields.get(field);
        if (text == null || text.isBlank()) {
            throw new ApiException(ApiError.of(
                    400,
                    "missing_field",
                    "the field \"" + field + "\" is missing; give " + wanted + ", before the file",
                    field));
        }
        return text;
    }

    /** The column that the schedule names, or null. */
    static @Nullable String column(JsonObject uploadFields) {
        String column = uploadFields.getString("column");
        return column == null || column.isBlank() ? null : column;
    }
}
