package dev.rowhound.intake;

import org.jspecify.annotations.Nullable;

/**
 * What the request says about its CSV file.
 *
 * @param column the column to look up, or null to take the recipe's, else the only one
 * @param header whether the first row is a header
 * @param delimiter what stands between values, or null to detect it
 */
public record CsvOptions(
        @Nullable String column, Header header, @Nullable Character delimiter) {

    /** Everything is detected. */
    public static final CsvOptions DETECT = new CsvOptions(null, Header.AUTO, null);

    /** Whether the first row is a header. */
    public enum Header {
        /**
         * The first row is a header if one of its cells is the name of the column that the request names, or else of
         * the recipe's. In a file of one column where neither is so, and the request names none, it is also one if the
         * recipe refuses its cell as a key, the cell has no digit, and the recipe accepts the next row's; where the
         * recipe checks no keys, if it is unlike all the lines below it, or a common name of a column. A request that
         * names {@code column_1} or the like speaks of a file without a header.
         */
        AUTO,
        /** It is. */
        YES,
        /** There is none; columns are named {@code column_1}, {@code column_2} and so on. */
        NO
    }

    /**
     * Takes a blank column for none.
     *
     * @throws IllegalArgumentException if the delimiter is a quote or a line end
     */
    public CsvOptions {
        if (column != null && column.isBlank()) {
            column = null;
        }
        if (delimiter != null && "\"\r\n".indexOf(delimiter) >= 0) {
            throw new IllegalArgumentException("a delimiter is neither a quote nor a line end");
        }
    }
}
