package dev.rowhound.app.submission;

import dev.rowhound.app.Refusal;
import dev.rowhound.config.JsonReader;
import dev.rowhound.config.Problems;
import dev.rowhound.intake.CsvOptions;
import dev.rowhound.queue.job.NewJob.Pace;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipestore.RecipeCatalogue;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an upload, which come before its file.
 *
 * @param recipe how the rows are looked up
 * @param version the version that they name, null where they want the newest
 * @param csv how the file is read
 * @param pace how fast its rows may follow each other
 * @param sample after how many rows it stops to be looked at, 0 for not at all
 */
public record SubmissionForm(Recipe recipe, @Nullable Integer version, CsvOptions csv, Pace pace, int sample) {
    /** What they are called. */
    public static final List<String> KNOWN = Stream.concat(
                    Stream.of("recipe", RecipeChoice.VERSION, "column", "options", "user_id"),
                    PaceFields.KNOWN.stream())
            .toList();

    private static final int MOST_SAMPLE = 10_000_000;

    /** How the key {@code header} of the options is given when it is to be detected. */
    private static final String AUTO = "auto";

    /**
     * Reads the fields.
     *
     * @param recipe the recipe that they name
     * @param fallback the recipe where none is given, as in the old API with its own fields; null where one must be
     * @throws Refusal naming the field that is at fault
     */
    public static SubmissionForm read(MultiMap fields, Recipe recipe, @Nullable String fallback) {
        if (fallback == null) {
            for (String field : fields.names()) {
                if (!KNOWN.contains(field)) {
                    throw unknown(field, KNOWN);
                }
            }
        }
        Pace pace = fallback == null ? PaceFields.read(fields) : PaceFields.readOld(fields);
        Options options = options(fields.get("options"), fields.get("column"));
        return new SubmissionForm(
                recipe,
                fallback == null ? RecipeChoice.of(fields, null).version() : null,
                options.csv(),
                pace,
                options.sample());
    }

    /** Reads fields that were kept, with the recipe that has the name by now. */
    public static Future<SubmissionForm> ofKept(JsonObject kept, RecipeCatalogue recipes) {
        MultiMap fields = MultiMap.caseInsensitiveMultiMap();
        kept.forEach(field -> fields.set(field.getKey(), String.valueOf(field.getValue())));
        return RecipeChoice.of(fields, null).in(recipes).map(recipe -> read(fields, recipe, null));
    }

    /** Says which fields there are instead of that one. */
    public static Refusal unknown(String field, Collection<String> known) {
        return Refusal.of(
                "unknown_field",
                "the field \"" + field + "\" is not known; the fields are " + String.join(", ", known) + ", and file",
                field);
    }

    /** What the field {@code options} says. */
    private record Options(CsvOptions csv, int sample) {}

    private static Options options(@Nullable String text, @Nullable String column) {
        if (text == null || text.isBlank()) {
            return new Options(new CsvOptions(column, CsvOptions.Header.AUTO, null), 0);
        }
        JsonObject json;
        try {
            json = new JsonObject(text);
        } catch (DecodeException e) {
            throw Refusal.of(
                    "invalid_field", "the field \"options\" is not a JSON object: " + e.getMessage(), "options");
        }
        Problems problems = new Problems("options");
        JsonReader reader = new JsonReader(json, problems);
        CsvOptions.Header header = header(json.getValue("header", AUTO), reader);
        Character delimiter = delimiter(reader);
        int sample = reader.integer("sample", 0, 1, MOST_SAMPLE);
        reader.end();
        Refusal.throwIfAny(problems, "invalid_field", "options.");
        return new Options(new CsvOptions(column, header, delimiter), sample);
    }

    private static CsvOptions.Header header(@Nullable Object value, JsonReader reader) {
        reader.has("header");
        if (Boolean.TRUE.equals(value)) {
            return CsvOptions.Header.YES;
        }
        if (Boolean.FALSE.equals(value)) {
            return CsvOptions.Header.NO;
        }
        if (value != null && !AUTO.equals(value)) {
            reader.problem("header", "is " + value + "; give true, false or \"auto\"");
        }
        return CsvOptions.Header.AUTO;
    }

    private static @Nullable Character delimiter(JsonReader reader) {
        String text = reader.string("delimiter", AUTO);
        switch (text.toLowerCase(Locale.ROOT)) {
            case ",", ";", "\t" -> {
                return text.charAt(0);
            }
            case "tab" -> {
                return '\t';
            }
            case AUTO -> {
                return null;
            }
            default -> {
                reader.problem("delimiter", "is \"" + text + "\"; give \",\", \";\", \"tab\" or \"auto\"");
                return null;
            }
        }
    }
}
