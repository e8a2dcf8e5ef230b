package dev.rowhound.http;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * A CSV with a header.
 *
 * @param columns the header
 * @param rows each row's cells by column
 */
record CsvTable(List<String> columns, List<Map<String, String>> rows) {

    static CsvTable of(Path file) throws IOException {
        return of(Files.readString(file));
    }

    static CsvTable of(String text) throws IOException {
        CSVFormat format = CSVFormat.RFC4180.builder().setHeader().get();
        try (CSVParser parser = CSVParser.parse(new StringReader(text), format)) {
            List<Map<String, String>> rows = new ArrayList<>();
            for (CSVRecord record : parser) {
                rows.add(new LinkedHashMap<>(record.toMap()));
            }
            return new CsvTable(parser.getHeaderNames(), rows);
        }
    }

    /** The same with the codes of errors only, for their sentences may change. */
    CsvTable withErrorCodes() {
        rows.forEach(row -> row.computeIfPresent("error", (column, text) -> text.replaceFirst(":.*", "")));
        return this;
    }

    /** The rows by their cell in that column. */
    Map<String, Map<String, String>> by(String column) {
        Map<String, Map<String, String>> found = new LinkedHashMap<>();
        rows.forEach(row -> found.put(row.get(column), row));
        return found;
    }
}
