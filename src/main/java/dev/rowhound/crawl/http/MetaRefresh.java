package dev.rowhound.crawl.http;

import java.util.Optional;

/**
 * The content of a {@code <meta http-equiv=refresh>}, parsed by the steps of the HTML standard in linear time; an
 * equally lenient regular expression would not be linear.
 *
 * @param seconds the delay; {@link Integer#MAX_VALUE} for more than four digits
 * @param url the target as written
 */
record MetaRefresh(int seconds, String url) {
    private static final int MAX_DIGITS = 4;

    /** Parses the attribute {@code content}; empty if it has no other target. */
    static Optional<MetaRefresh> parse(String content) {
        int at = skipSpace(content, 0);
        int digits = at;
        while (at < content.length() && isDigit(content.charAt(at))) {
            at++;
        }
        String time = content.substring(digits, at);
        if (time.isEmpty() && !has(content, at, '.')) {
            return Optional.empty();
        }
        while (at < content.length() && (isDigit(content.charAt(at)) || content.charAt(at) == '.')) {
            at++;
        }
        int afterTime = at;
        at = skipSpace(content, at);
        if (has(content, at, ';') || has(content, at, ',')) {
            at = skipSpace(content, at + 1);
        } else if (at == afterTime) {
            return Optional.empty();
        }
        String url = unquoted(content.substring(skipName(content, at))).strip();
        int seconds = time.isEmpty() ? 0 : time.length() > MAX_DIGITS ? Integer.MAX_VALUE : Integer.parseInt(time);
        return url.isEmpty() ? Optional.empty() : Optional.of(new MetaRefresh(seconds, url));
    }

    /** Returns the index after {@code url =}, or {@code begin} if that is missing. */
    private static int skipName(String content, int begin) {
        if (!content.regionMatches(true, begin, "url", 0, 3)) {
            return begin;
        }
        int at = skipSpace(content, begin + 3);
        return has(content, at, '=') ? skipSpace(content, at + 1) : begin;
    }

    private static String unquoted(String url) {
        if (!url.startsWith("\"") && !url.startsWith("'")) {
            return url;
        }
        int end = url.indexOf(url.charAt(0), 1);
        return url.substring(1, end < 0 ? url.length() : end);
    }

    private static int skipSpace(String text, int from) {
        int at = from;
        while (at < text.length() && " \t\n\f\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }

    private static boolean has(String text, int at, char wanted) {
        return at < text.length() && text.charAt(at) == wanted;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
