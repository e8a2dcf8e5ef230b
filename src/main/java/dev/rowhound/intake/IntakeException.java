package dev.rowhound.intake;

import java.util.Locale;

/** Thrown for an invalid upload. The message is one sentence that says what would be valid. */
public final class IntakeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The kinds of error. The names are part of the wire format. */
    public enum Code {
        /** The file has no rows. */
        EMPTY_FILE,
        /** The key column is missing from the file, or ambiguous. */
        NO_SUCH_COLUMN,
        /** A quoted value is not closed, or is followed by other text. */
        BAD_QUOTE,
        /** The file is a workbook, an archive or another binary format. */
        NOT_TEXT,
        /** Bytes are invalid in the encoding that the file's first bytes indicate. */
        BAD_ENCODING,
        /** A row has more values than columns. */
        BAD_ROW,
        /** A row is longer than {@link CsvIntake#MAX_ROW_LENGTH}. */
        ROW_TOO_LONG,
        TOO_MANY_ROWS;

        /** Returns the name on the wire, in snake case. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Code code;
    private final String field;
    private final int line;

    IntakeException(Code code, String field, int line, String message) {
        super(message);
        this.code = code;
        this.field = field;
        this.line = line;
    }

    /** Creates an error of the file itself. */
    static IntakeException ofFile(Code code, int line, String message) {
        return new IntakeException(code, "file", line, message);
    }

    public Code code() {
        return code;
    }

    /** Returns the invalid field of the request: {@code file} or {@code column}. */
    public String field() {
        return field;
    }

    /** Returns the line of the error, from 1, counting every line end; 0 if there is none. */
    public int line() {
        return line;
    }
}
