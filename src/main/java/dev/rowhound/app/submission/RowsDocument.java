package dev.rowhound.app.submission;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import dev.rowhound.app.Refusal;
import dev.rowhound.intake.CsvIntake;
import dev.rowhound.intake.IntakeException;
import dev.rowhound.job.TryOut;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.io.EOFException;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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

    /** Limits the text of one JSON value, in which each character may be escaped. */
    private static final int MAX_TOKEN_LENGTH = 8 * CsvIntake.MAX_ROW_LENGTH;

    /** The position in the parser's error messages. */
    private static final Pattern POSITION = Pattern.compile(" at line (\\d+) column (\\d+)");

    private static final int MAX_SHOWN_CHARS = 40;

    /** Two quotes and a delimiter or line end. */
    private static final int CELL_OVERHEAD_CHARS = 3;

    private final MultiMap fields = MultiMap.caseInsensitiveMultiMap();
    private final JsonObject options = new JsonObject();
    private final Map<String, Integer> columns = new LinkedHashMap<>();
    private final CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
    private final BoundedReader bound;
    private int rows;
    private int firstText;
    private int firstObject;
    private int longest;
    private int longestRow;
    private long length;
    private int namesLength;

    private RowsDocument(BoundedReader bound) {
        this.bound = bound;
    }

    /** Receives the values of a row; {@code column} is the empty string for a row that is a string. */
    @FunctionalInterface
    private interface Cells {
        void put(String column, String value);
    }

    /**
     * Reads and validates a document completely.
     *
     * @param json the document; always closed
     * @param maxLength how many characters the rows may have as a CSV file
     * @throws Refusal that names the invalid field and row
     */
    public static RowsDocument read(InputStream json, long maxLength) throws IOException {
        RowsDocument document = new RowsDocument(new BoundedReader(text(json)));
        try (JsonReader reader = reader(document.bound)) {
            document.readAll(reader);
        } catch (MalformedJsonException | EOFException e) {
            throw notJson(e);
        } catch (CharacterCodingException e) {
            throw Refusal.of("bad_encoding", "the body is not text in UTF-8");
        } catch (BoundedReader.TooLongException e) {
            throw document.rows == 0
                    ? Refusal.invalidField("a field is longer than " + MAX_FIELD_LENGTH + " characters", null)
                    : tooLong(document.rows);
        }
        document.complete(maxLength);
        return document;
    }

    private static Refusal notJson(IOException error) {
        Matcher place = POSITION.matcher(String.valueOf(error.getMessage()));
        return Refusal.of(
                "invalid_json",
                "the body is not JSON" + (error instanceof EOFException ? ", as it ends too early" : "")
                        + (place.find() ? ": line " + place.group(1) + ", column " + place.group(2) : ""));
    }

    private static Reader text(InputStream json) {
        return new InputStreamReader(json, StandardCharsets.UTF_8.newDecoder());
    }

    private static JsonReader reader(Reader text) {
        JsonReader reader = new JsonReader(text);
        reader.setStrictness(Strictness.STRICT);
        return reader;
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
            return taker.run(new CsvStream(json));
        } catch (IntakeException e) {
            throw Refusal.of(e.code().wire(), String.valueOf(e.getMessage()), e.field());
        }
    }

    private void readAll(JsonReader json) throws IOException {
        if (json.peek() != JsonToken.BEGIN_OBJECT) {
            throw Refusal.of("invalid_json", "the body holds no JSON object; it must begin with { and end with }");
        }
        boolean rowsFound = false;
        json.beginObject();
        while (json.hasNext()) {
            bound.restart();
            String name = json.nextName();
            if (!name.equals(ROWS)) {
                field(name, json);
            } else if (rowsFound || json.peek() != JsonToken.BEGIN_ARRAY) {
                throw Refusal.invalidField("the field \"rows\" is one list; give it once", ROWS);
            } else {
                rowsFound = true;
                json.beginArray();
                while (json.hasNext()) {
                    check(json);
                }
                json.endArray();
            }
        }
        json.endObject();
        // The strict parser rejects anything after the object.
        var unused = json.peek();
        if (!rowsFound) {
            throw Refusal.of("missing_field", "the field \"rows\" is missing; give a list of rows", ROWS);
        }
    }

    private void field(String name, JsonReader json) throws IOException {
        if (fields.size() >= MAX_FIELDS) {
            throw Refusal.of("unknown_field", "there are too many fields", shortened(name));
        }
        JsonToken token = json.peek();
        if (token == JsonToken.NULL) {
            json.nextNull();
        } else if (token == JsonToken.BEGIN_OBJECT && name.equals(OPTIONS)) {
            json.beginObject();
            while (json.hasNext()) {
                bound.restart();
                option(json.nextName(), json);
            }
            json.endObject();
        } else if (name.equals(OPTIONS)) {
            throw Refusal.invalidField("the field \"options\" is an object", OPTIONS);
        } else if (token == JsonToken.BEGIN_ARRAY) {
            List<String> values = new ArrayList<>();
            json.beginArray();
            while (json.hasNext() && values.size() < MAX_FIELDS) {
                values.add(scalar(json, name));
            }
            json.endArray();
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

    private static String scalar(JsonReader json, String name) throws IOException {
        String value = value(json);
        if (value == null) {
            throw Refusal.invalidField(
                    "the field \"" + shortened(name) + "\" is a list or an object; give a text or a number",
                    shortened(name));
        }
        return value;
    }

    private void option(String name, JsonReader json) throws IOException {
        String path = OPTIONS + "." + shortened(name);
        if (name.equals("header") || name.equals("delimiter")) {
            throw Refusal.invalidField(path + " is for a file; rows in JSON name their columns", path);
        }
        if (options.size() >= MAX_FIELDS) {
            throw Refusal.of("unknown_field", "there are too many options", path);
        }
        if (json.peek() == JsonToken.NUMBER) {
            double number = json.nextDouble();
            options.put(name, number == Math.rint(number) ? (Object) (long) number : (Object) number);
        } else {
            options.put(name, scalar(json, path));
        }
    }

    /** Reads a scalar as text, JSON null as the empty string; returns null for a list or an object. */
    private static @Nullable String value(JsonReader json) throws IOException {
        return switch (json.peek()) {
            case STRING, NUMBER -> json.nextString();
            case BOOLEAN -> String.valueOf(json.nextBoolean());
            case NULL -> {
                json.nextNull();
                yield "";
            }
            default -> null;
        };
    }

    private static void row(JsonReader json, int number, Cells cells) throws IOException {
        JsonToken token = json.peek();
        if (token == JsonToken.STRING || token == JsonToken.NUMBER) {
            cells.put("", json.nextString());
            return;
        }
        if (token != JsonToken.BEGIN_OBJECT) {
            throw fault(number, "", "is neither an object nor a text; give values by column, or the key alone");
        }
        json.beginObject();
        while (json.hasNext()) {
            String column = json.nextName();
            if (column.isBlank()) {
                throw fault(number, "", "has a column without a name; give it one");
            }
            String value = value(json);
            if (value == null) {
                throw fault(number, column, "is a list or an object; give a text, a number, true, false or null");
            }
            cells.put(column, value);
        }
        json.endObject();
    }

    /** Validates a row and records its columns and length. */
    private void check(JsonReader json) throws IOException {
        rows++;
        if (json.peek() == JsonToken.BEGIN_OBJECT) {
            firstObject = firstObject == 0 ? rows : firstObject;
        } else {
            firstText = firstText == 0 ? rows : firstText;
        }
        bound.restart();
        int[] text = {0};
        row(json, rows, (column, value) -> {
            bound.restart();
            if (!column.isEmpty()) {
                addColumn(column);
            }
            if (value.indexOf('\0') >= 0 || !encoder.canEncode(value)) {
                throw fault(rows, column, "holds a NUL or half a character; leave it out");
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

    private void addColumn(String column) {
        if (columns.putIfAbsent(column, columns.size()) != null) {
            return;
        }
        namesLength += 2 * column.length() + CELL_OVERHEAD_CHARS;
        if (columns.size() > CsvIntake.MAX_COLUMNS || namesLength > CsvIntake.MAX_ROW_LENGTH) {
            throw fault(
                    rows,
                    column,
                    "is a column too many; give at most " + CsvIntake.MAX_COLUMNS + " columns, whose names have "
                            + CsvIntake.MAX_ROW_LENGTH / 2 + " characters together");
        }
        if (column.indexOf('\0') >= 0 || !encoder.canEncode(column)) {
            throw fault(rows, column, "is a column whose name holds a NUL or half a character; leave it out");
        }
    }

    private void complete(long maxLength) {
        if (rows == 0) {
            throw Refusal.of(IntakeException.Code.EMPTY_FILE.wire(), "there are no rows; give at least one", ROWS);
        }
        if (firstText > 0) {
            String column = fields.get(COLUMN);
            if (column == null || column.isBlank()) {
                if (firstObject > 0) {
                    throw fault(
                            Math.max(firstText, firstObject),
                            "",
                            "is not like those before it, an object or a text; name the texts' column in \"column\"");
                }
                fields.set(COLUMN, TryOut.KEY);
            }
            addColumn(keyColumn());
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
            throw fault(1, "", "has no column; give values by column");
        }
        fields.set(
                OPTIONS,
                new JsonObject()
                        .put("header", true)
                        .put("delimiter", ",")
                        .mergeIn(options)
                        .encode());
    }

    private String keyColumn() {
        return fields.get(COLUMN);
    }

    private static Refusal tooLong(int row) {
        return Refusal.of(
                        IntakeException.Code.ROW_TOO_LONG.wire(),
                        "row " + row + " has more than " + CsvIntake.MAX_ROW_LENGTH + " characters; shorten its values",
                        place(row, ""))
                .with("row", row);
    }

    private static Refusal fault(int row, String column, String problem) {
        String subject = column.isEmpty() ? "row " + row : "\"" + shortened(column) + "\" of row " + row;
        return Refusal.of(IntakeException.Code.BAD_ROW.wire(), subject + " " + problem, place(row, column))
                .with("row", row);
    }

    private static String place(int row, String column) {
        return ROWS + "[" + (row - 1) + "]" + (column.isEmpty() ? "" : "." + shortened(column));
    }

    private static String shortened(String name) {
        return name.length() <= MAX_SHOWN_CHARS ? name : name.substring(0, MAX_SHOWN_CHARS) + "…";
    }

    /** The rows as a CSV file with a header; all values are quoted. */
    private final class CsvStream extends InputStream {
        private final JsonReader json;
        private byte[] line = {};
        private int position;
        private boolean headerWritten;

        CsvStream(InputStream document) {
            json = reader(text(document));
        }

        @Override
        public int read() throws IOException {
            byte[] single = new byte[1];
            return read(single, 0, 1) < 0 ? -1 : single[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int count) throws IOException {
            if (count == 0) {
                return 0;
            }
            if (position == line.length && !nextLine()) {
                return -1;
            }
            int taken = Math.min(count, line.length - position);
            System.arraycopy(line, position, target, offset, taken);
            position += taken;
            return taken;
        }

        private int place(String column) {
            return Objects.requireNonNull(columns.get(column), column);
        }

        private boolean nextLine() throws IOException {
            String[] cells = new String[columns.size()];
            if (headerWritten) {
                if (!json.hasNext()) {
                    return false;
                }
                Arrays.fill(cells, "");
                row(json, 0, (column, value) -> cells[place(column.isEmpty() ? keyColumn() : column)] = value);
            } else {
                headerWritten = true;
                json.beginObject();
                while (!json.nextName().equals(ROWS)) {
                    json.skipValue();
                }
                json.beginArray();
                columns.forEach((column, place) -> cells[place] = column);
            }
            StringBuilder text = new StringBuilder();
            for (String cell : cells) {
                text.append(text.isEmpty() ? "\"" : ",\"")
                        .append(cell.replace("\"", "\"\""))
                        .append('"');
            }
            line = text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
            position = 0;
            return true;
        }

        @Override
        public void close() throws IOException {
            json.close();
        }
    }

    /** Rejects a document in which one value needs more memory than a whole row may. */
    private static final class BoundedReader extends FilterReader {
        private int count;

        static final class TooLongException extends IOException {
            private static final long serialVersionUID = 1L;
        }

        BoundedReader(Reader text) {
            super(text);
        }

        /** Restarts the count for the next value. */
        void restart() {
            count = 0;
        }

        @Override
        public int read(char[] target, int offset, int length) throws IOException {
            int taken = super.read(target, offset, length);
            count += Math.max(0, taken);
            if (count > MAX_TOKEN_LENGTH) {
                throw new TooLongException();
            }
            return taken;
        }
    }
}
