package dev.rowhound.process;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;

/** Some rows of {@code examples/companies}, each with what it has to come to. */
final class Sample {
    private static final int NOTE = 2;

    private final List<List<String>> input = new ArrayList<>();
    private final List<List<String>> expected = new ArrayList<>();

    private Sample() {}

    /**
     * The rows with a note that is chosen, and of those without one the first, so that there are that many, in the
     * order of the file.
     */
    static Sample of(int size, Predicate<String> note) throws IOException {
        Path examples = RowhoundProcess.HOME.resolve("examples").resolve("companies");
        List<List<String>> rows = read(Files.readString(examples.resolve("tax-codes.csv")));
        List<List<String>> ends = read(Files.readString(examples.resolve("expected.csv")));
        long noted = rows.stream()
                .skip(1)
                .filter(row -> !row.get(NOTE).isEmpty() && note.test(row.get(NOTE)))
                .count();
        long plain = size - noted;
        Sample sample = new Sample();
        for (int i = 0; i < rows.size(); i++) {
            String said = rows.get(i).get(NOTE);
            if (i == 0 || (said.isEmpty() ? plain-- > 0 : note.test(said))) {
                sample.input.add(rows.get(i));
                sample.expected.add(ends.get(i));
            }
        }
        return sample;
    }

    int size() {
        return input.size() - 1;
    }

    /** The rows of that file of the examples, to be uploaded. */
    Path write(Path file) throws IOException {
        try (CSVPrinter printer = new CSVPrinter(Files.newBufferedWriter(file), CSVFormat.RFC4180)) {
            printer.printRecords(input);
        }
        return file;
    }

    /** What the results have to be, header first; an error is its code. */
    List<List<String>> expected() {
        return List.copyOf(expected);
    }

    /** Results as the program writes them, in the form of {@link #expected()}. */
    static List<List<String>> results(String csv) throws IOException {
        List<List<String>> results = new ArrayList<>();
        for (List<String> row : read(csv)) {
            List<String> cells = new ArrayList<>(row);
            int error = cells.size() - 1;
            cells.set(error, cells.get(error).replaceAll("(?s):.*", ""));
            results.add(cells);
        }
        return results;
    }

    private static List<List<String>> read(String csv) throws IOException {
        try (CSVParser parser = CSVParser.parse(new StringReader(csv), CSVFormat.RFC4180)) {
            return parser.stream().map(CSVRecord::toList).toList();
        }
    }
}
