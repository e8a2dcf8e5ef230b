package dev.rowhound.intake;

import dev.rowhound.intake.CsvOptions.Header;
import dev.rowhound.intake.IntakeException.Code;
import dev.rowhound.job.KeyFormat;
import java.nio.charset.Charset;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Determines from a file's first records whether there is a header and which column holds the keys. */
final class LayoutFinder {
    private static final String NUMBERED_PREFIX = "column_";
    private static final int MAX_LISTED_COLUMNS = 20;
    private static final int MAX_LISTED_CHARS = 40;

    private final CsvOptions options;
    private final KeyFormat format;

    LayoutFinder(CsvOptions options, KeyFormat format) {
        this.options = options;
        this.format = format;
    }

    /**
     * Determines the layout of the file that begins with these records.
     *
     * @param below the records after the first that are examined
     * @throws IntakeException if the key column is missing or ambiguous, or there are too many columns
     */
    Layout find(CsvRecord first, List<CsvRecord> below, Charset charset, char delimiter) {
        boolean header =
                options.header() == Header.YES || options.header() == Header.AUTO && isHeader(first.cells(), below);
        List<String> columns = header
                ? headerNames(first.cells())
                : numberedNames(first.cells().size());
        if (columns.size() > CsvIntake.MAX_COLUMNS) {
            throw IntakeException.ofFile(
                    Code.BAD_ROW,
                    first.line(),
                    "line " + first.line() + " has " + columns.size() + " values; use at most " + CsvIntake.MAX_COLUMNS
                            + " columns");
        }
        return new Layout(
                columns, keyColumn(columns, first.line()), header, options.header() == Header.AUTO, charset, delimiter);
    }

    private boolean isHeader(List<String> cells, List<CsvRecord> below) {
        if (options.column() != null) {
            return indexOf(cells, options.column()) >= 0 || indexOf(numberedNames(cells.size()), options.column()) < 0;
        }
        if (format.column() != null && indexOf(cells, format.column()) >= 0) {
            return true;
        }
        if (headerNames(cells).size() > 1) {
            // No key column is named, which is an error; treating the row as a header gives the best error message.
            return true;
        }
        String only = cells.get(0);
        if (!format.selective()) {
            return HeaderGuess.isHeader(
                    only, below.stream().map(record -> record.cells().get(0)).toList());
        }
        return !below.isEmpty()
                && refuses(only)
                && only.chars().noneMatch(Character::isDigit)
                && !refuses(below.get(0).cells().get(0));
    }

    private boolean refuses(String cell) {
        return format.problem(format.normalise(cell)) != null;
    }

    private int keyColumn(List<String> columns, int line) {
        if (options.column() != null) {
            int named = indexOf(columns, options.column());
            if (named < 0) {
                throw noSuchColumn(
                        "the file has no column \"" + options.column() + "\"; use one of its columns", columns, line);
            }
            return named;
        }
        int recipeColumn = format.column() == null ? -1 : indexOf(columns, format.column());
        if (recipeColumn >= 0) {
            return recipeColumn;
        }
        if (columns.size() == 1) {
            return 0;
        }
        String missing = format.column() == null
                ? "the file has " + columns.size() + " columns"
                : "the file has no column \"" + format.column() + "\"";
        throw noSuchColumn(missing + "; name the column to look up", columns, line);
    }

    private static IntakeException noSuchColumn(String message, List<String> columns, int line) {
        String listed = columns.stream()
                .limit(MAX_LISTED_COLUMNS)
                .map(LayoutFinder::shortened)
                .collect(Collectors.joining(", "));
        String more =
                columns.size() > MAX_LISTED_COLUMNS ? " and " + (columns.size() - MAX_LISTED_COLUMNS) + " more" : "";
        return new IntakeException(
                Code.NO_SUCH_COLUMN,
                "column",
                line,
                message + ": " + listed + more + " (without a header, " + NUMBERED_PREFIX + "1 is the first)");
    }

    private static String shortened(String name) {
        return name.length() <= MAX_LISTED_CHARS ? name : name.substring(0, MAX_LISTED_CHARS) + "…";
    }

    /** Derives names from a header: drops blank cells at the end, numbers other blank and repeated ones. */
    private static List<String> headerNames(List<String> cells) {
        int count = cells.size();
        while (count > 1 && cells.get(count - 1).isBlank()) {
            count--;
        }
        List<String> names = new ArrayList<>(count);
        Set<String> taken = new HashSet<>();
        for (int i = 0; i < count; i++) {
            String wanted = cells.get(i).isBlank()
                    ? NUMBERED_PREFIX + (i + 1)
                    : cells.get(i).strip();
            String name = wanted;
            for (int n = 2; !taken.add(name); n++) {
                name = wanted + "_" + n;
            }
            names.add(name);
        }
        return names;
    }

    private static List<String> numberedNames(int count) {
        List<String> names = new ArrayList<>(count);
        for (int i = 1; i <= count; i++) {
            names.add(NUMBERED_PREFIX + i);
        }
        return Collections.unmodifiableList(names);
    }

    /**
     * Returns the index of the first cell with that name, ignoring case, surrounding space and Unicode normalization.
     */
    private static int indexOf(List<String> cells, String name) {
        String wanted = canonical(name);
        for (int i = 0; i < cells.size(); i++) {
            if (canonical(cells.get(i)).equalsIgnoreCase(wanted)) {
                return i;
            }
        }
        return -1;
    }

    private static String canonical(String name) {
        return Normalizer.normalize(name.strip(), Normalizer.Form.NFC);
    }
}
