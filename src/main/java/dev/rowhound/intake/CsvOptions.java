package dev.rowhound.intake;

import org.jspecify.annotations.Nullable;

/**
 * What a request specifies about its CSV file.
 *
 * @param column the key column, or null for the recipe's column or the only one
 * @param header whether the first row is a header
 * @param delimiter the delimiter, or null to detect it
 */
public record CsvOptions(
        @Nullable String column, Header header, @Nullable Character delimiter) {

    /** Detects everything. */
    public static final CsvOptions DETECT = new CsvOptions(null, Header.AUTO, null);

    /** Whether the first row is a header. */
    public enum Header {
        /**
         * The first row is a header if it contains the column that the request names, or else the recipe's column. A
         * request that names {@code column_1} or the like implies a file without a header. In a file of a single column
         * that neither names, the first row is a header if the recipe rejects its cell as a key, the cell has no digit,
         * and the recipe accepts the key of the next row; if the recipe does not validate keys, the row is a header if
         * it differs from all lines below it or is a common column name.
         */
        AUTO,
        /** The first row is a header. */
        YES,
        /** There is no header; the columns are named {@code column_1}, {@code column_2} and so on. */
        NO
    }

    /**
     * Treats a blank column as missing.
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
