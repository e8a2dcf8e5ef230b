package dev.rowhound.intake;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Detects the delimiter of a file from its first records, taking quotes into account: the first of tab, semicolon and
 * comma that splits each of them into the same number of cells, more than one; else the one that splits the first
 * record into the most; else the comma. The comma comes last because it is the most common inside values.
 */
final class DelimiterDetector {
    private static final char[] CANDIDATES = {'\t', ';', ','};
    private static final int RECORDS = 20;

    private DelimiterDetector() {}

    /**
     * Returns the delimiter of the file that begins with {@code sample}.
     *
     * @param whole whether the sample is the whole file; otherwise its last record may be incomplete
     */
    static char detect(CharSequence sample, boolean whole) throws IOException {
        char best = ',';
        int most = 1;
        for (char candidate : CANDIDATES) {
            List<Integer> counts = cellCounts(sample.toString(), candidate);
            int first = counts.isEmpty() ? 0 : counts.get(0);
            List<Integer> complete = whole || counts.size() == RECORDS || counts.isEmpty()
                    ? counts
                    : counts.subList(0, counts.size() - 1);
            if (first > 1 && !complete.isEmpty() && complete.stream().allMatch(count -> count == first)) {
                return candidate;
            }
            if (first > most) {
                best = candidate;
                most = first;
            }
        }
        return best;
    }

    /** Returns the number of cells of each of the first records, up to the first invalid one. */
    private static List<Integer> cellCounts(String sample, char delimiter) throws IOException {
        List<Integer> counts = new ArrayList<>();
        try (CSVParser parser = CsvRecords.parser(new StringReader(sample), delimiter)) {
            Iterator<CSVRecord> records = parser.iterator();
            while (counts.size() < RECORDS && records.hasNext()) {
                counts.add(records.next().size());
            }
        } catch (UncheckedIOException e) {
            return counts;
        }
        return counts;
    }
}
