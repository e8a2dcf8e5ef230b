package dev.rowhound.intake;

import java.nio.charset.Charset;
import java.util.List;

/**
 * What an upload was found to be.
 *
 * @param columns the columns' names in the order of the file, each once; {@code column_1}, {@code column_2} … where
 *     there is no header
 * @param keyColumn the place of the column to look up, from 0
 * @param header whether the first row is the header, and so no row of the job
 * @param detected whether that was found out, since the request does not say it
 * @param charset the characters' encoding
 * @param delimiter what stands between values
 */
public record Layout(
        List<String> columns, int keyColumn, boolean header, boolean detected, Charset charset, char delimiter) {
    public Layout {
        columns = List.copyOf(columns);
    }
}
