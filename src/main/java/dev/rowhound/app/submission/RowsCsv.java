package dev.rowhound.app.submission;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The rows of a validated JSON document as a CSV file with a header; all values are quoted. */
final class RowsCsv extends InputStream {
    private final JsonParser json;
    private final Map<String, Integer> columns;
    private final @Nullable String keyColumn;
    private InputStream line = InputStream.nullInputStream();
    private boolean headerWritten;

    /**
     * @param columns the place of each column
     * @param keyColumn the column of rows that have only a key
     */
    RowsCsv(InputStream document, Map<String, Integer> columns, @Nullable String keyColumn) throws IOException {
        this.json = JsonRow.parser(document);
        this.columns = columns;
        this.keyColumn = keyColumn;
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
        int taken = line.read(target, offset, count);
        while (taken < 0 && nextLine()) {
            taken = line.read(target, offset, count);
        }
        return taken;
    }

    private boolean nextLine() throws IOException {
        String[] cells = new String[columns.size()];
        if (headerWritten) {
            if (json.currentToken() == JsonToken.END_ARRAY || json.nextToken() == JsonToken.END_ARRAY) {
                return false;
            }
            Arrays.fill(cells, "");
            JsonRow.read(json, 0, (column, value) -> cells[place(column.isEmpty() ? keyColumn : column)] = value);
        } else {
            headerWritten = true;
            json.nextToken();
            while (!RowsDocument.ROWS.equals(json.nextFieldName())) {
                json.nextToken();
                json.skipChildren();
            }
            json.nextToken();
            columns.forEach((column, place) -> cells[place] = column);
        }
        String text = Arrays.stream(cells)
                .map(cell -> '"' + cell.replace("\"", "\"\"") + '"')
                .collect(Collectors.joining(",", "", "\n"));
        line = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        return true;
    }

    private int place(@Nullable String column) {
        return Objects.requireNonNull(columns.get(column), "a column");
    }

    @Override
    public void close() throws IOException {
        json.close();
    }
}
