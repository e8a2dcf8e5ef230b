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
 * Parses CSV files into chunks of rows, reading each file once.
 *
 * <p>Accepts UTF-8 with and without a byte order mark, and UTF-16 with one; quotes as in RFC 4180, also around line
 * breaks; line ends of Windows, Unix and classic Mac OS. Blank lines are skipped. A row with fewer values than columns
 * is padded with empty ones; one with more is an error unless the extra values are blank.
 *
 * <p>An instance holds only settings and may serve many uploads at once, each on its thread.
 */
public final class CsvIntake {
    /** Maximum length of a row in characters, including quotes and delimiters. */
    public static final int MAX_ROW_LENGTH = 64 * 1024;

    public static final int MAX_COLUMNS = 1000;

    private final Path folder;
    private final int maxRows;

    /**
     * @param folder the folder for temporary key files; created if it is missing
     * @param maxRows maximum number of rows in a file, at most {@link KeyIndex#MAX_ROWS}
     */
    public CsvIntake(Path folder, int maxRows) {
        if (maxRows < 1 || maxRows > KeyIndex.MAX_ROWS) {
            throw new IllegalArgumentException("maxRows is " + maxRows + "; use 1 to " + KeyIndex.MAX_ROWS);
        }
        this.folder = folder;
        this.maxRows = maxRows;
    }

    /**
     * Reads a file to its end. Blocks while bytes or the sink are slow. A chunk is passed on when it is full or the
     * file ends, not earlier, however slowly the bytes arrive.
     *
     * @param bytes the file; always closed, so that after an error the rest of it is not awaited
     * @param options what the request specifies
     * @param format the key column and the validation of keys
     * @return the number of rows
     * @throws IntakeException if the file is invalid; the chunks before the error have been accepted
     * @throws IOException if the upload breaks off or keys cannot be stored
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
                throw emptyFile("the file has no rows; provide at least one");
            }
            List<CsvRecord> below = below(records, first, options);
            Layout layout = new LayoutFinder(options, format).find(first, below, reader.charset(), delimiter);
            if (layout.header() && below.isEmpty()) {
                throw emptyFile("the file has a header but no rows; provide at least one");
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

    /** Returns the records that decide whether the first one is a header. */
    private static List<CsvRecord> below(CsvRecords records, CsvRecord first, CsvOptions options) throws IOException {
        boolean ambiguous = options.header() == CsvOptions.Header.AUTO
                && first.cells().stream().skip(1).allMatch(String::isBlank);
        int most = ambiguous ? HeaderGuess.LINES : 1;
        List<CsvRecord> below = new ArrayList<>(most);
        for (CsvRecord next = records.next(); next != null; next = below.size() < most ? records.next() : null) {
            below.add(next);
        }
        return below;
    }

    private static IntakeException emptyFile(String message) {
        return IntakeException.ofFile(Code.EMPTY_FILE, 0, message);
    }

    /** Converts records to rows and collects them into chunks. */
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

    /** Returns the length of a row in UTF-8, with one byte for each delimiter or line end. */
    private static int textBytes(List<String> values) {
        int bytes = values.size();
        for (String value : values) {
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                // Each half of a surrogate pair accounts for two of the four bytes.
                bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
            }
        }
        return bytes;
    }
}
