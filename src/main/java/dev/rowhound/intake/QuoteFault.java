package dev.rowhound.intake;

/** Locates the quote that makes a record invalid; the parser detects the error but does not reliably locate it. */
final class QuoteFault {
    private static final char QUOTE = '"';

    private QuoteFault() {}

    /**
     * Returns the position of the quote that opens the first quoted value which is not closed or is followed by text
     * other than white space, the delimiter or a line end; -1 if there is none.
     */
    static int find(CharSequence record, char delimiter) {
        int i = 0;
        while (i < record.length()) {
            if (record.charAt(i) != QUOTE) {
                i = nextCell(record, i, delimiter);
                continue;
            }
            int opened = i;
            int closed = closingQuote(record, opened);
            if (closed < 0) {
                return opened;
            }
            i = closed + 1;
            while (i < record.length() && !endsCell(record.charAt(i), delimiter)) {
                if (!Character.isWhitespace(record.charAt(i))) {
                    return opened;
                }
                i++;
            }
            i++;
        }
        return -1;
    }

    private static int closingQuote(CharSequence record, int opened) {
        int i = opened + 1;
        while (i < record.length()) {
            if (record.charAt(i) == QUOTE) {
                if (i + 1 >= record.length() || record.charAt(i + 1) != QUOTE) {
                    return i;
                }
                i++;
            }
            i++;
        }
        return -1;
    }

    private static int nextCell(CharSequence record, int from, char delimiter) {
        int i = from;
        while (i < record.length() && !endsCell(record.charAt(i), delimiter)) {
            i++;
        }
        return i + 1;
    }

    private static boolean endsCell(char c, char delimiter) {
        return c == delimiter || c == '\n' || c == '\r';
    }
}
