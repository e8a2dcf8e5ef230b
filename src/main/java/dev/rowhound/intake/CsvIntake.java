package dev.rowhound.intake;

import dev.rowhound.intake.IntakeException.Code;
import dev.rowhound.job.KeyFormat;
import dev.rowhound.job.Row;
import dev.rowhound.job.RowChunk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Turns CSV files into chunks of rows, reading each file once, from front to end.
 *
 * <p>Read are UTF-8, with and without a byte order mark, and UTF-16 with one; quotes as RFC 4180 has them, line breaks
 * inside of them too; line ends of Windows, Unix and the old Mac. Blank lines are skipped. A row with fewer values than
 * there are columns is filled up with empty ones; one with more is a fault, unless those beyond are empty.
 *
 * <p>An instance holds settings only and may serve many uploads at once, each on a thread of its own.
 */
public final class CsvIntake {
    /** How long a row may be, in characters, quotes and delimiters included. */
    public static final int MAX_ROW_LENGTH = 64 * 1024;

    /** How many columns a file may have. */
    public static final int MAX_COLUMNS = 1000;

    private final Path folder;
    private final int maxRows;

    /**
     * Makes an intake.
     *
     * @param folder where the keys of a file being read are kept; made if it is not there
     * @param maxRows how many rows a file may have, at most {@link KeyIndex#MAX_ROWS}
     */
    public CsvIntake(Path folder, int maxRows) {
        if (maxRows < 1 || maxRows > KeyIndex.MAX_ROWS) {
            throw new IllegalArgumentException("maxRows is " + maxRows + "; give 1 to " + KeyIndex.MAX_ROWS);
        }
        this.folder = folder;
        this.maxRows = maxRows;
    }

    /**
     * Reads a file to its end. The calling thread waits for the bytes and for the sink. A chunk goes out when it is
     * full or the file has ended, not earlier, however slowly the bytes arrive.
     *
     * @param bytes the file; closed in any case, so that after a fault the rest of it is not waited for
     * @param options what the request says about it
     * @param format which column is looked up, and what a key must look like
     * @param sink takes the rows
     * @return how many rows there were
     * @throws IntakeException if the file cannot be used; the chunks before the fault have been accepted by then
     * @throws IOException if the bytes do not all arrive, or the keys cannot be stored
     * @throws Exception whatever the sink throws
     */
    public int run(InputStream bytes, CsvOptions options, KeyFormat format, ChunkSink sink) throws Exception {
        try (bytes;
                LineReader reader = new LineReader(bytes, MAX_ROW_LENGTH)) {
            CharSequence sample = reader.peek();
            char delimiter = options.delimiter() != null
                    ? options.delimiter()
                    : DelimiterDetector.detect(sample, sample.length() < LineReader.PEEK_LENGTH);
            CsvRecords records = new CsvRecords(reader, delimiter);
            CsvRecord first = records.next();
            if (first == null) {
                throw emptyFile("the file has no rows; give at least one");
            }
            List<CsvRecord> below = below(records, first, options);
            Layout layout = new LayoutFinder(options, format).find(first, below, reader.charset(), delimiter);
            if (layout.header() && below.isEmpty()) {
                throw emptyFile("the file has a header but no rows; give at least one below it");
            }
            try (KeyIndex keys = new KeyIndex(folder)) {
                RowCollector rows = new RowCollector(layout, format, keys, sink);
                if (!layout.header()) {
                    rows.add(first);
                }
                for (CsvRecord record : below) {
                    rows.add(record);
                }
                for (CsvRecord record = records.next(); record != null; record = records.next()) {
                    rows.add(record);
                }
                return rows.end();
            }
        }
    }

    /** The records by which it is found out whether the first one is a header. */
    private static List<CsvRecord> below(CsvRecords records, CsvRecord first, CsvOptions options) throws IOException {
        boolean doubtful = options.header() == CsvOptions.Header.AUTO
                && first.cells().stream().skip(1).allMatch(String::isBlank);
        int most = doubtful ? HeaderGuess.LINES : 1;
        List<CsvRecord> below = new ArrayList<>(most);
        for (CsvRecord next = records.next(); next != null; next = below.size() < most ? records.next() : null) {
            below.add(next);
        }
        return below;
    }

    private static IntakeException emptyFile(String message) {
        return IntakeException.ofFile(Code.EMPTY_FILE, 0, message);
    }

    /** Makes rows of records and chunks of rows. */
    private final class RowCollector {
        private final Layout layout;
        private final KeyFormat format;
        private final KeyIndex keys;
        private final ChunkSink sink;
        private final List<Row> rows = new ArrayList<>(RowChunk.MAX_ROWS);
        private int rowCount;
        private int chunkCount;
        private int chunkBytes;

        RowCollector(Layout layout, KeyFormat format, KeyIndex keys, ChunkSink sink) {
            this.layout = layout;
            this.format = format;
            this.keys = keys;
            this.sink = sink;
        }

        void add(CsvRecord record) throws Exception {
            if (rowCount == maxRows) {
                throw IntakeException.ofFile(
                        Code.TOO_MANY_ROWS,
                        record.line(),
                        String.format(Locale.ROOT, "the file has more than %,d rows; split it", maxRows));
            }
            List<String> values = values(record);
            int bytes = textBytes(values);
            if (!rows.isEmpty() && chunkBytes + bytes > RowChunk.MAX_BYTES) {
                flush();
            }
            rowCount++;
            rows.add(row(values));
            chunkBytes += bytes;
            if (rows.size() == RowChunk.MAX_ROWS) {
                flush();
            }
        }

        int end() throws Exception {
            if (!rows.isEmpty()) {
                flush();
            }
            return rowCount;
        }

        private void flush() throws Exception {
            if (chunkCount == 0) {
                sink.begin(layout);
            }
            sink.accept(new RowChunk(chunkCount++, rows));
            rows.clear();
            chunkBytes = 0;
        }

        private Row row(List<String> values) throws IOException {
            String key = format.normalise(values.get(layout.keyColumn()));
            String invalid = format.problem(key);
            int aliasOf = invalid == null ? keys.firstRow(key, rowCount) : 0;
            return new Row(rowCount, key, aliasOf, invalid, values);
        }

        private List<String> values(CsvRecord record) {
            List<String> cells = record.cells();
            int columns = layout.columns().size();
            if (cells.size() == columns) {
                return cells;
            }
            if (cells.size() > columns) {
                if (!cells.subList(columns, cells.size()).stream().allMatch(String::isBlank)) {
                    throw IntakeException.ofFile(Code.BAD_ROW, record.line(), tooManyCells(record));
                }
                return cells.subList(0, columns);
            }
            List<String> filled = new ArrayList<>(columns);
            filled.addAll(cells);
            while (filled.size() < columns) {
                filled.add("");
            }
            return filled;
        }

        private String tooManyCells(CsvRecord record) {
            return "line " + record.line() + " has " + record.cells().size() + " values, but the first row has "
                    + layout.columns().size() + "; quote a value that contains the " + delimiterName();
        }

        private String delimiterName() {
            return switch (layout.delimiter()) {
                case ',' -> "comma";
                case ';' -> "semicolon";
                case '\t' -> "tab";
                default -> "delimiter " + layout.delimiter();
            };
        }
    }

    /** The length of a row's text in UTF-8, a byte for each delimiter or line end included. */
    private static int textBytes(List<String> values) {
        int bytes = values.size();
        for (String value : values) {
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                // Each half of a surrogate pair stands for two of its four bytes.
                bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
            }
        }
        return bytes;
    }
}
