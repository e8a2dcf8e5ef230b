package dev.rowhound.recipe;

import dev.rowhound.config.JsonReader;
import dev.rowhound.recipe.pattern.BoundedPattern;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the fields of {@code extract}. */
final class ExtractReader {
    private static final Pattern FIELD_NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");

    /** Columns of every result that are not fields. */
    private static final Set<String> RESULT_COLUMNS = Set.of("state", "error", "row");

    /** Keys that make no sense with {@code rows}, as they describe a single value. */
    private static final List<String> VALUE_ONLY_KEYS =
            List.of("attribute", "html", "pattern", "type", "format", "take");

    private final SelectorCheck selectors;

    ExtractReader(SelectorCheck selectors) {
        this.selectors = selectors;
    }

    /**
     * Reads the fields under {@code extract}.
     *
     * @param columns whether they become columns of the results, not members of one
     */
    Map<String, Field> read(JsonReader parent, boolean columns) {
        return fields(parent, "extract", columns, false);
    }

    /** Reports a name that a field must not have. */
    static void checkName(JsonReader parent, String key, String name, boolean column) {
        if (column && RESULT_COLUMNS.contains(name)) {
            parent.problem(key, "is a column of every result; use another name");
        } else if (!FIELD_NAME.matcher(name).matches()) {
            parent.problem(key, "is not a valid field name; use at most 64 of a-z, 0-9 and _, and begin with a letter");
        }
    }

    private Map<String, Field> fields(JsonReader parent, String key, boolean columns, boolean inRow) {
        Map<String, Field> fields = new LinkedHashMap<>();
        JsonReader reader = parent.object(key);
        parent.entries(key).forEach((name, field) -> {
            checkName(reader, name, name, columns);
            fields.put(name, field(field, inRow));
        });
        return Collections.unmodifiableMap(fields);
    }

    private Field field(JsonReader reader, boolean inRow) {
        String selector = inRow ? inRow(reader) : selectors.required(reader, "selector");
        BoundedPattern match = PatternReader.read(reader, "match");
        boolean required = reader.bool("required", false);
        if (!inRow && reader.has("rows")) {
            return rows(reader, selector, match, required);
        }
        Field.Take take = reader.choice("take", Field.Take.FIRST);
        Field.Type type = reader.choice("type", take == Field.Take.COUNT ? Field.Type.INTEGER : Field.Type.STRING);
        if (take == Field.Take.COUNT && type != Field.Type.INTEGER) {
            reader.problem("type", "cannot be combined with \"take\": \"count\", which yields an integer; omit it");
        }
        String attribute = reader.optionalText("attribute");
        boolean html = reader.bool("html", false);
        if (html && attribute != null) {
            reader.problem("html", "cannot be combined with attribute; use one of them");
        }
        return new Field(
                selector,
                attribute,
                match,
                take,
                PatternReader.read(reader, "pattern"),
                type,
                required,
                html,
                format(reader, type),
                Map.of());
    }

    /** Accepts plain CSS only, since the page itself evaluates it. */
    private static String inRow(JsonReader reader) {
        String selector = new SelectorCheck(true).optional(reader, "selector");
        return selector == null ? "" : selector;
    }

    private static @Nullable String format(JsonReader reader, Field.Type type) {
        String format = reader.optionalText("format");
        if (format == null) {
            return null;
        }
        if (type != Field.Type.DATE) {
            reader.problem("format", "requires \"type\": \"date\"");
        }
        try {
            DateTimeFormatter unused = DateTimeFormatter.ofPattern(format);
        } catch (IllegalArgumentException e) {
            reader.problem(
                    "format", "is \"" + format + "\"; use letters such as dd/MM/yyyy, other text in 'single quotes'");
        }
        return format;
    }

    private Field rows(JsonReader reader, String selector, @Nullable BoundedPattern match, boolean required) {
        for (String key : VALUE_ONLY_KEYS) {
            if (reader.has(key)) {
                reader.problem(key, "cannot be combined with rows; set it on the fields of the rows");
            }
        }
        Map<String, Field> rows = fields(reader, "rows", false, true);
        if (rows.isEmpty()) {
            reader.problem("rows", "is empty; set at least one field of a row");
        }
        return new Field(selector, null, match, Field.Take.ALL, null, Field.Type.STRING, required, false, null, rows);
    }
}
