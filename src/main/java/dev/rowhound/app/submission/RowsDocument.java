package dev.rowhound.app.submission;

import static dev.rowhound.app.submission.JsonRow.shortened;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import dev.rowhound.app.Refusal;
import dev.rowhound.intake.CsvIntake;
import dev.rowhound.intake.IntakeException;
import dev.rowhound.job.TryOut;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A submission as one JSON object: the fields of a form by name, and {@code rows}, each an object of values by column
 * or a string for a row that has only a key. The document is read twice: first completely to validate it and to collect
 * its fields and columns, then row by row as a CSV file. Its rows are never in memory together.
 */
public final class RowsDocument {
    /** The field with the rows. */
    public static final String ROWS = "rows";

    private static final String OPTIONS = "options";
    private static final String COLUMN = "column";
    private static final int MAX_FIELDS = 32;
    private static final int MAX_FIELD_LENGTH = 64 * 1024;

    /** Two quotes and a delimiter or line end. */
    private static final int CELL_OVERHEAD_CHARS = 3;

    private final MultiMap fields = MultiMap.caseInsensitiveMultiMap();
    private final JsonObject options = new JsonObject();
    private final Map<String, Integer> columns = new LinkedHashMap<>();
    private final CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
    private int rows;
    private int firstText;
    private int firstObject;
    private int longest;
    private int longestRow;
    private long length;
    private int namesLength;

    private RowsDocument() {}

    /**
     * Reads and validates a document completely.
     *
     * @param json the document; always closed
     * @param maxLength how many characters the rows may have as a CSV file
     * @throws Refusal that names the invalid field and row
     */
    public static RowsDocument read(InputStream json, long maxLength) throws IOException {
        RowsDocument document = new RowsDocument();
        try (JsonParser parser = JsonRow.parser(json)) {
            document.readAll(parser);
        } catch (StreamConstraintsException e) {
            throw document.rows == 0
                    ? Refusal.invalidField("a field is longer than " + MAX_FIELD_LENGTH + " characters", null)
                    : tooLong(document.rows);
        } catch (JsonParseException e) {
            throw notJson(e);
        } catch (CharacterCodingException e) {
            throw Refusal.of("bad_encoding", "the body is not text in UTF-8");
        }
        document.complete(maxLength);
        return document;
    }

    private static Refusal notJson(JsonParseException error) {
        return Refusal.of(
                "invalid_json",
                "the body is not JSON" + (error instanceof JsonEOFException ? ", as it ends too early" : "") + ": line "
                        + error.getLocation().getLineNr() + ", column "
                        + error.getLocation().getColumnNr());
    }

    /** The fields as those of a form, with the options to parse the rows as a CSV file. */
    public MultiMap fields() {
        return fields;
    }

    /**
     * Passes the rows to {@code taker} as a CSV file.
     *
     * @param json the same document from its start; always closed
     * @return the number of rows
     * @throws Exception as {@link FormFile#run}; errors have no line
     */
    public int into(FormFile<?> taker, InputStream json) throws Exception {
        try {
            return taker.run(new RowsCsv(json, columns, fields.get(COLUMN)));
        } catch (IntakeException e) {
            throw Refusal.of(e.code().wire(), String.valueOf(e.getMessage()), e.field());
        }
    }

    private void readAll(JsonParser json) throws IOException {
        JsonToken first = json.nextToken();
        if (first == null) {
            throw new JsonEOFException(json, null, "no text");
        }
        if (first != JsonToken.START_OBJECT) {
            throw Refusal.of("invalid_json", "the body holds no JSON object; it must begin with { and end with }");
        }
        boolean rowsFound = false;
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken token = json.nextToken();
            if (!name.equals(ROWS)) {
                field(name, json);
            } else if (rowsFound || token != JsonToken.START_ARRAY) {
                throw Refusal.invalidField("the field \"rows\" must be one list; send it once", ROWS);
            } else {
                rowsFound = true;
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    check(json);
                }
            }
        }
        if (json.nextToken() != null) {
            throw new JsonParseException(json, "text after the object", json.currentLocation());
        }
        if (!rowsFound) {
            throw Refusal.of("missing_field", "the field \"rows\" is missing; send a list of rows", ROWS);
        }
    }

    private void field(String name, JsonParser json) throws IOException {
        if (fields.size() >= MAX_FIELDS) {
            throw Refusal.of("unknown_field", "there are too many fields", shortened(name));
        }
        JsonToken token = json.currentToken();
        if (token == JsonToken.VALUE_NULL) {
            return;
        }
        if (token == JsonToken.START_OBJECT && name.equals(OPTIONS)) {
            for (String option = json.nextFieldName(); option != null; option = json.nextFieldName()) {
                json.nextToken();
                option(option, json);
            }
        } else if (name.equals(OPTIONS)) {
            throw Refusal.invalidField("the field \"options\" is an object", OPTIONS);
        } else if (token == JsonToken.START_ARRAY) {
            List<String> values = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                if (values.size() == MAX_FIELDS) {
                    throw Refusal.invalidField(
                            "the field \"" + shortened(name) + "\" has more than " + MAX_FIELDS + " values",
                            shortened(name));
                }
                values.add(scalar(json, name));
            }
            put(name, String.join(",", values));
        } else {
            put(name, scalar(json, name));
        }
    }

    private void put(String name, String value) {
        if (value.length() > MAX_FIELD_LENGTH) {
            throw Refusal.invalidField(
                    "the field \"" + shortened(name) + "\" is longer than " + MAX_FIELD_LENGTH + " characters",
                    shortened(name));
        }
        fields.set(name, value);
    }

    private static String scalar(JsonParser json, String name) throws IOException {
        String value = JsonRow.value(json);
        if (value == null) {
            throw Refusal.invalidField(
                    "the field \"" + shortened(name) + "\" is a list or an object; use a text or a number",
                    shortened(name));
        }
        return value;
    }

    private void option(String name, JsonParser json) throws IOException {
        String path = OPTIONS + "." + shortened(name);
        if (name.equals("header") || name.equals("delimiter")) {
            throw Refusal.invalidField(path + " is for a file; rows in JSON name their columns", path);
        }
        if (options.size() >= MAX_FIELDS) {
            throw Refusal.of("unknown_field", "there are too many options", path);
        }
        if (!json.currentToken().isNumeric()) {
            options.put(name, scalar(json, path));
            return;
        }
        double number = json.getDoubleValue();
        if (Double.isInfinite(number)) {
            throw new JsonParseException(json, "the number is too large", json.currentLocation());
        }
        options.put(name, number == Math.rint(number) ? (Object) (long) number : (Object) number);
    }

    /** Validates a row and records its columns and length. */
    private void check(JsonParser json) throws IOException {
        rows++;
        if (json.currentToken() == JsonToken.START_OBJECT) {
            firstObject = firstObject == 0 ? rows : firstObject;
        } else {
            firstText = firstText == 0 ? rows : firstText;
        }
        int[] text = {0};
        JsonRow.read(json, rows, (column, value) -> {
            if (!column.isEmpty()) {
                addColumn(column);
            }
            if (!storable(value)) {
                throw JsonRow.fault(rows, column, "contains a NUL or half a character; remove it");
            }
            text[0] +=
                    value.length() + (int) value.chars().filter(c -> c == '"').count();
        });
        if (text[0] > longest) {
            longest = text[0];
            longestRow = rows;
        }
        length += text[0];
    }

    private boolean storable(String text) {
        return text.indexOf('\0') < 0 && encoder.canEncode(text);
    }

    private void addColumn(String column) {
        if (columns.putIfAbsent(column, columns.size()) != null) {
            return;
        }
        namesLength += 2 * column.length() + CELL_OVERHEAD_CHARS;
        if (columns.size() > CsvIntake.MAX_COLUMNS || namesLength > CsvIntake.MAX_ROW_LENGTH) {
            throw JsonRow.fault(
                    rows,
                    column,
                    "is one column too many; use at most " + CsvIntake.MAX_COLUMNS + " columns, whose names have "
                            + CsvIntake.MAX_ROW_LENGTH / 2 + " characters together");
        }
        if (!storable(column)) {
            throw JsonRow.fault(rows, column, "is a column whose name contains a NUL or half a character; remove it");
        }
    }

    private void complete(long maxLength) {
        if (rows == 0) {
            throw Refusal.of(IntakeException.Code.EMPTY_FILE.wire(), "there are no rows; provide at least one", ROWS);
        }
        if (firstText > 0) {
            String column = fields.get(COLUMN);
            if (column == null || column.isBlank()) {
                if (firstObject > 0) {
                    throw JsonRow.fault(
                            Math.max(firstText, firstObject),
                            "",
                            "is not like those before it, an object or a text; name the texts' column in \"column\"");
                }
                fields.set(COLUMN, TryOut.KEY);
            }
            addColumn(fields.get(COLUMN));
        }
        if (longest + columns.size() * CELL_OVERHEAD_CHARS > CsvIntake.MAX_ROW_LENGTH) {
            throw tooLong(longestRow);
        }
        if (length + (long) rows * Math.max(1, columns.size()) * CELL_OVERHEAD_CHARS > maxLength) {
            throw Refusal.of(
                    "too_large",
                    "the rows have more than " + maxLength + " characters as a CSV file of " + columns.size()
                            + " columns; split them",
                    ROWS);
        }
        if (columns.isEmpty()) {
            throw JsonRow.fault(1, "", "has no column; send values by column");
        }
        fields.set(
                OPTIONS,
                new JsonObject()
                        .put("header", true)
                        .put("delimiter", ",")
                        .mergeIn(options)
                        .encode());
    }

    private static Refusal tooLong(int row) {
        return JsonRow.refusal(
                IntakeException.Code.ROW_TOO_LONG,
                row,
                "",
                "has more than " + CsvIntake.MAX_ROW_LENGTH + " characters; shorten its values");
    }
}
