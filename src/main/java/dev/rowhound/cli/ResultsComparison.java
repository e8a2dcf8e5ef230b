package dev.rowhound.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Compares results with the expected ones, row by row. */
final class ResultsComparison {
    private static final String ERROR_COLUMN = "error";
    private static final CSVFormat FORMAT = CSVFormat.RFC4180;

    private ResultsComparison() {}

    /**
     * Returns a sentence for each row or cell that differs. In the column {@code error}, only the code before the colon
     * is compared.
     *
     * @throws IOException if a file cannot be read as CSV
     */
    static List<String> differences(Path actualFile, Path expectedFile) throws IOException {
        try (CSVParser actual = CSVParser.parse(Files.newBufferedReader(actualFile, StandardCharsets.UTF_8), FORMAT);
                CSVParser expected =
                        CSVParser.parse(Files.newBufferedReader(expectedFile, StandardCharsets.UTF_8), FORMAT)) {
            return differences(actual.iterator(), expected.iterator());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static List<String> differences(Iterator<CSVRecord> actual, Iterator<CSVRecord> expected) {
        List<String> columns = expected.hasNext() ? expected.next().toList() : List.of();
        List<String> actualColumns = actual.hasNext() ? actual.next().toList() : List.of();
        if (!columns.equals(actualColumns)) {
            return List.of("the columns are " + String.join(", ", actualColumns) + " and should be "
                    + String.join(", ", columns));
        }
        List<String> differences = new ArrayList<>();
        long row = 0;
        while (actual.hasNext() && expected.hasNext()) {
            row++;
            compare(row, columns, actual.next().toList(), expected.next().toList(), differences);
        }
        long surplus = countRemaining(actual);
        long missing = countRemaining(expected);
        if (surplus > 0) {
            differences.add("there are " + (row + surplus) + " rows and should be " + row);
        }
        if (missing > 0) {
            differences.add("there are " + row + " rows and should be " + (row + missing));
        }
        return differences;
    }

    private static void compare(
            long row, List<String> columns, List<String> actual, List<String> expected, List<String> differences) {
        for (int i = 0; i < columns.size(); i++) {
            String column = columns.get(i);
            String actualCell = cell(column, actual, i);
            String expectedCell = cell(column, expected, i);
            if (!actualCell.equals(expectedCell)) {
                differences.add("row " + row + " (" + cell(columns.get(0), expected, 0) + "): " + column + " is \""
                        + actualCell + "\" and should be \"" + expectedCell + "\"");
            }
        }
    }

    private static String cell(String column, List<String> values, int index) {
        String value = index < values.size() ? values.get(index) : "";
        int colon = value.indexOf(':');
        return column.equals(ERROR_COLUMN) && colon >= 0 ? value.substring(0, colon) : value;
    }

    private static long countRemaining(Iterator<CSVRecord> records) {
        long count = 0;
        while (records.hasNext()) {
            records.next();
            count++;
        }
        return count;
    }
}
