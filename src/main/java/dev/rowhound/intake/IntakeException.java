package dev.rowhound.intake;

import java.util.Locale;

/** An upload cannot be used as it is. The message is one sentence that says what would be right. */
public final class IntakeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The kinds of fault. The names are part of the wire format. */
    public enum Code {
        /** There is no row in the file. */
        EMPTY_FILE,
        /** The column to look up is not in the file, or cannot be told from the others. */
        NO_SUCH_COLUMN,
        /** A quoted value does not end, or does not end where it should. */
        BAD_QUOTE,
        /** The file is a workbook, an archive or something else that holds no text. */
        NOT_TEXT,
        /** The bytes are not of the encoding that the file has by its first bytes. */
        BAD_ENCODING,
        /** A row has more values than there are columns. */
        BAD_ROW,
        /** A row is longer than {@link CsvIntake#MAX_ROW_LENGTH}. */
        ROW_TOO_LONG,
        /** The file has more rows than are allowed. */
        TOO_MANY_ROWS;

        /** The name on the wire, in snake case. */
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

    /** A fault of the file itself. */
    static IntakeException ofFile(Code code, int line, String message) {
        return new IntakeException(code, "file", line, message);
    }

    /** The kind of fault. */
    public Code code() {
        return code;
    }

    /** The field of the request that is at fault: {@code file} or {@code column}. */
    public String field() {
        return field;
    }

    /** The line of the file, from 1, counting every line end; 0 where no line is at fault. */
    public int line() {
        return line;
    }
}
