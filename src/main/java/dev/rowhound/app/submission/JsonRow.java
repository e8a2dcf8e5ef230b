package dev.rowhound.app.submission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.rowhound.app.Refusal;
import dev.rowhound.intake.CsvIntake;
import dev.rowhound.intake.IntakeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.apache.commons.io.input.BOMInputStream;
import org.jspecify.annotations.Nullable;

/** Reads one row of a JSON document: an object of values by column, or a text or a number for a row with only a key. */
final class JsonRow {
    /** Limits how much of an overlong value is read. */
    private static final int MAX_VALUE_LENGTH = 8 * CsvIntake.MAX_ROW_LENGTH;

    private static final int MAX_SHOWN_CHARS = 40;

    /** Shares no names between documents, which may have any number of them. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(MAX_VALUE_LENGTH)
                    .maxNameLength(MAX_VALUE_LENGTH)
                    .maxNumberLength(MAX_VALUE_LENGTH)
                    .build())
            .build();

    private JsonRow() {}

    /** Receives the values of a row; {@code column} is the empty string for a row that is a text or a number. */
    @FunctionalInterface
    interface Cells {
        void put(String column, String value);
    }

    /** Opens a document in UTF-8; closing the parser closes it. */
    static JsonParser parser(InputStream json) throws IOException {
        InputStream text = BOMInputStream.builder().setInputStream(json).get();
        return FACTORY.createParser(new InputStreamReader(text, StandardCharsets.UTF_8.newDecoder()));
    }

    /** Passes the values of the current row to {@code cells}, and leaves the parser at the row's end. */
    static void read(JsonParser json, int number, Cells cells) throws IOException {
        JsonToken token = json.currentToken();
        if (token == JsonToken.VALUE_STRING || token.isNumeric()) {
            cells.put("", json.getText());
            return;
        }
        if (token != JsonToken.START_OBJECT) {
            throw fault(number, "", "is neither an object nor a text; send values by column, or only the key");
        }
        for (String column = json.nextFieldName(); column != null; column = json.nextFieldName()) {
            if (column.isBlank()) {
                throw fault(number, "", "has a column without a name; name every column");
            }
            json.nextToken();
            String value = value(json);
            if (value == null) {
                throw fault(number, column, "is a list or an object; use a text, a number, true, false or null");
            }
            cells.put(column, value);
        }
    }

    /** Returns the current value as text, JSON null as the empty string; null for a list or an object. */
    static @Nullable String value(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case VALUE_NULL -> "";
            case START_ARRAY, START_OBJECT -> null;
            default -> json.getText();
        };
    }

    static Refusal fault(int row, String column, String problem) {
        return refusal(IntakeException.Code.BAD_ROW, row, column, problem);
    }

    /**
     * Refuses a row.
     *
     * @param column the column at fault, or the empty string
     */
    static Refusal refusal(IntakeException.Code code, int row, String column, String problem) {
        String subject = column.isEmpty() ? "row " + row : "\"" + shortened(column) + "\" of row " + row;
        String field = RowsDocument.ROWS + "[" + (row - 1) + "]" + (column.isEmpty() ? "" : "." + shortened(column));
        return Refusal.of(code.wire(), subject + " " + problem, field).with("row", row);
    }

    static String shortened(String name) {
        return name.length() <= MAX_SHOWN_CHARS ? name : name.substring(0, MAX_SHOWN_CHARS) + "…";
    }
}
