package dev.rowhound.crawl.http;

import java.util.Optional;

/**
 * What a {@code <meta http-equiv=refresh>} says, by the steps of the HTML standard. They look at each character once,
 * as no expression does that is as lenient.
 *
 * @param seconds after how long it leads on; {@link Integer#MAX_VALUE} for more than four digits
 * @param url where to, as it is written
 */
record MetaRefresh(int seconds, String url) {
    private static final int MAX_DIGITS = 4;

    /** Reads the attribute {@code content}; empty where that leads nowhere else. */
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
        int behindTime = at;
        at = skipSpace(content, at);
        if (has(content, at, ';') || has(content, at, ',')) {
            at = skipSpace(content, at + 1);
        } else if (at == behindTime) {
            return Optional.empty();
        }
        String url = unquoted(content.substring(skipName(content, at))).strip();
        int seconds = time.isEmpty() ? 0 : time.length() > MAX_DIGITS ? Integer.MAX_VALUE : Integer.parseInt(time);
        return url.isEmpty() ? Optional.empty() : Optional.of(new MetaRefresh(seconds, url));
    }

    /** Behind {@code url =}, or where it began if that is not there. */
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
