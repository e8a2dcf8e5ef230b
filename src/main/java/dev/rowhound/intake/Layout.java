package dev.rowhound.intake;

import java.nio.charset.Charset;
import java.util.List;

/**
 * The detected structure of an upload.
 *
 * @param columns the distinct column names in the order of the file; {@code column_1}, {@code column_2} … without a
 *     header
 * @param keyColumn the index of the key column, from 0
 * @param header whether the first row is a header rather than a row of the job
 * @param detected whether the header was detected because the request does not specify it
 * @param charset the encoding
 * @param delimiter the delimiter
 */
public record Layout(
        List<String> columns, int keyColumn, boolean header, boolean detected, Charset charset, char delimiter) {
    public Layout {
        columns = List.copyOf(columns);
    }
}
