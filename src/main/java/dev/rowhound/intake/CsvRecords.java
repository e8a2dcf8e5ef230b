package dev.rowhound.intake;

import dev.rowhound.intake.IntakeException.Code;
import dev.rowhound.intake.LineReader.RecordTooLongException;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/** Reads the records of a CSV file in order, one in memory at a time; skips blank lines. */
final class CsvRecords {
    private final LineReader reader;
    private final char delimiter;
    private final Iterator<CSVRecord> records;

    CsvRecords(LineReader reader, char delimiter) throws IOException {
        this.reader = reader;
        this.delimiter = delimiter;
        this.records = parser(reader, delimiter).iterator();
    }

    static CSVParser parser(Reader reader, char delimiter) throws IOException {
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setDelimiter(delimiter)
                .setIgnoreEmptyLines(true)
                .get();
        return CSVParser.builder().setReader(reader).setFormat(format).get();
    }

    /**
     * Returns the next record, or null after the last.
     *
     * @throws IntakeException if the record is invalid
     * @throws IOException if the upload breaks off
     */
    @Nullable
    CsvRecord next() throws IOException {
        do {
            reader.beginRecord();
            if (!hasNext()) {
                return null;
            }
            String[] cells = records.next().values();
            if (!isBlank(reader.record())) {
                return new CsvRecord(reader.recordLine(), List.of(cells));
            }
        } while (true);
    }

    private boolean hasNext() throws IOException {
        try {
            return records.hasNext();
        } catch (UncheckedIOException e) {
            IOException cause = e.getCause();
            if (cause instanceof CSVException) {
                throw badQuote("");
            }
            if (cause instanceof RecordTooLongException) {
                throw tooLong();
            }
            throw cause;
        }
    }

    private IntakeException tooLong() {
        String limit = String.format(Locale.ROOT, "%,d characters", CsvIntake.MAX_ROW_LENGTH);
        if (QuoteFault.find(reader.record(), delimiter) >= 0) {
            return badQuote(" within " + limit);
        }
        int line = reader.recordLine();
        return IntakeException.ofFile(
                Code.ROW_TOO_LONG,
                line,
                "the row on line " + line + " has more than " + limit + "; shorten its values");
    }

    private IntakeException badQuote(String within) {
        CharSequence record = reader.record();
        int line = reader.recordLine() + lineEnds(record, QuoteFault.find(record, delimiter));
        return IntakeException.ofFile(
                Code.BAD_QUOTE,
                line,
                "the quote opened on line " + line + " is not closed before the next delimiter or line end" + within
                        + "; close it, and write a quote that belongs to the value twice");
    }

    private static int lineEnds(CharSequence text, int end) {
        int count = 0;
        for (int i = 0; i < end; i++) {
            if (text.charAt(i) == '\n') {
                count++;
            }
        }
        return count;
    }

    private static boolean isBlank(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            if (!Character.isWhitespace(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
