package dev.rowhound.app.submission;

import dev.rowhound.app.Refusal;
import dev.rowhound.config.JsonReader;
import dev.rowhound.config.Problems;
import dev.rowhound.intake.CsvOptions;
import dev.rowhound.job.WorkKind;
import dev.rowhound.job.WorkKind.Specification;
import dev.rowhound.job.WorkKinds;
import dev.rowhound.job.WorkKinds.UnknownKindException;
import dev.rowhound.queue.job.NewJob.Pace;
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
 * The fields of a submission, which precede its rows.
 *
 * @param asked the kind of work and its fields, as sent
 * @param specification how to process the rows
 * @param csv how to parse the file
 * @param pace the limits on priority, concurrency and delay
 * @param sample after how many rows the job pauses for inspection, 0 for never
 */
public record SubmissionForm(JsonObject asked, Specification specification, CsvOptions csv, Pace pace, int sample) {
    /** The field with the user's name, which is read together with the request's headers. */
    public static final String USER = "user_id";

    private static final int MAX_SAMPLE = 10_000_000;

    /** The value of the options {@code header} and {@code delimiter} that selects detection. */
    private static final String AUTO = "auto";

    /**
     * Reads the fields.
     *
     * @param others additional fields that are valid but ignored
     * @return fails with a {@link Refusal} that names the invalid field
     */
    public static Future<SubmissionForm> read(MultiMap fields, WorkKinds kinds, Collection<String> others) {
        return kind(fields, kinds)
                .compose(kind -> specify(kind, fields, kinds).map(specification -> {
                    List<String> validFields = Stream.of(
                                    others,
                                    kind.fields(),
                                    List.of(WorkKind.KEY, "column", "options", USER),
                                    PaceFields.KNOWN)
                            .flatMap(Collection::stream)
                            .toList();
                    for (String field : fields.names()) {
                        if (!validFields.contains(field)) {
                            throw unknown(field, validFields);
                        }
                    }
                    return form(fields, asked(kind, fields), specification, PaceFields.read(fields));
                }));
    }

    /**
     * Reads the fields of the old API, which supports only look-ups; ignores any other field.
     *
     * @param recipe the default recipe
     * @return fails as {@link #read} does
     */
    public static Future<SubmissionForm> readOld(MultiMap fields, String recipe, WorkKinds kinds) {
        String named = fields.get("recipe");
        MultiMap lookup =
                MultiMap.caseInsensitiveMultiMap().set("recipe", named == null || named.isBlank() ? recipe : named);
        return kind(lookup, kinds)
                .compose(kind -> specify(kind, lookup, kinds)
                        .map(specification ->
                                form(fields, asked(kind, lookup), specification, PaceFields.readOld(fields))));
    }

    /** Reads stored fields, with the current version of what they refer to. */
    public static Future<SubmissionForm> ofStored(JsonObject storedFields, WorkKinds kinds) {
        MultiMap fields = MultiMap.caseInsensitiveMultiMap();
        storedFields.forEach(field -> fields.set(field.getKey(), String.valueOf(field.getValue())));
        return read(fields, kinds, List.of());
    }

    private static Future<WorkKind> kind(MultiMap fields, WorkKinds kinds) {
        String name = fields.get(WorkKind.KEY);
        return named(name == null || name.isBlank() ? WorkKind.LOOKUP : name, kinds);
    }

    private static Future<WorkKind> named(String name, WorkKinds kinds) {
        try {
            return Future.succeededFuture(kinds.named(name));
        } catch (UnknownKindException e) {
            return Future.failedFuture(
                    Refusal.of(UnknownKindException.CODE, String.valueOf(e.getMessage()), WorkKind.KEY));
        }
    }

    /** Reads the specification, which may select another kind, and rejects unknown kinds before a job is created. */
    private static Future<Specification> specify(WorkKind kind, MultiMap fields, WorkKinds kinds) {
        return kind.specify(fields)
                .compose(specification -> named(specification.kind(), kinds).map(specification));
    }

    private static JsonObject asked(WorkKind kind, MultiMap fields) {
        JsonObject asked = new JsonObject().put(WorkKind.KEY, kind.name());
        for (String field : kind.fields()) {
            String value = fields.get(field);
            if (value != null && !value.isBlank()) {
                asked.put(field, value);
            }
        }
        return asked;
    }

    private static SubmissionForm form(MultiMap fields, JsonObject asked, Specification specification, Pace pace) {
        Options options = options(fields.get("options"), fields.get("column"));
        return new SubmissionForm(asked, specification, options.csv(), pace, options.sample());
    }

    private static Refusal unknown(String field, Collection<String> validFields) {
        return Refusal.of(
                "unknown_field",
                "the field \"" + field + "\" is unknown; valid fields are " + String.join(", ", validFields)
                        + ", and file or, in JSON, rows",
                field);
    }

    /** The parsed field {@code options}. */
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
        int sample = reader.integer("sample", 0, 1, MAX_SAMPLE);
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
            reader.problem("header", "is " + value + "; use true, false or \"auto\"");
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
                reader.problem("delimiter", "is \"" + text + "\"; use \",\", \";\", \"tab\" or \"auto\"");
                return null;
            }
        }
    }
}
