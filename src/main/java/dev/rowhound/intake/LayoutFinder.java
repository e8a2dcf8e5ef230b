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

/** Tells from a file's first records whether there is a header and which column is looked up. */
final class LayoutFinder {
    private static final String NUMBERED = "column_";
    private static final int LISTED_COLUMNS = 20;
    private static final int LISTED_LENGTH = 40;

    private final CsvOptions options;
    private final KeyFormat format;

    LayoutFinder(CsvOptions options, KeyFormat format) {
        this.options = options;
        this.format = format;
    }

    /**
     * The layout of the file that begins with those records.
     *
     * @param below the records after the first, as many as are looked at
     * @throws IntakeException if the column to look up is not there or cannot be told, or there are too many columns
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
                    "line " + first.line() + " has " + columns.size() + " values; give at most " + CsvIntake.MAX_COLUMNS
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
            // Nobody names one of the columns, which is told as a fault; the first row says best what there is.
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
                        "the file has no column \"" + options.column() + "\"; name one that it has", columns, line);
            }
            return named;
        }
        int usual = format.column() == null ? -1 : indexOf(columns, format.column());
        if (usual >= 0) {
            return usual;
        }
        if (columns.size() == 1) {
            return 0;
        }
        String missing = format.column() == null
                ? "the file has " + columns.size() + " columns"
                : "the file has no column \"" + format.column() + "\"";
        throw noSuchColumn(missing + "; name the one to look up", columns, line);
    }

    private static IntakeException noSuchColumn(String message, List<String> columns, int line) {
        String listed = columns.stream()
                .limit(LISTED_COLUMNS)
                .map(LayoutFinder::shortened)
                .collect(Collectors.joining(", "));
        String more = columns.size() > LISTED_COLUMNS ? " and " + (columns.size() - LISTED_COLUMNS) + " more" : "";
        return new IntakeException(
                Code.NO_SUCH_COLUMN,
                "column",
                line,
                message + ": " + listed + more + " (without a header, " + NUMBERED + "1 is the first)");
    }

    private static String shortened(String name) {
        return name.length() <= LISTED_LENGTH ? name : name.substring(0, LISTED_LENGTH) + "…";
    }

    /** The cells as names: those at the end without a text are dropped, others get a number, repeated ones as well. */
    private static List<String> headerNames(List<String> cells) {
        int count = cells.size();
        while (count > 1 && cells.get(count - 1).isBlank()) {
            count--;
        }
        List<String> names = new ArrayList<>(count);
        Set<String> taken = new HashSet<>();
        for (int i = 0; i < count; i++) {
            String wanted =
                    cells.get(i).isBlank() ? NUMBERED + (i + 1) : cells.get(i).strip();
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
            names.add(NUMBERED + i);
        }
        return Collections.unmodifiableList(names);
    }

    /** The place of the first cell with that name, whatever its case, the space around it and its Unicode form. */
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
