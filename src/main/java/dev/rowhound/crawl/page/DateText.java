package dev.rowhound.crawl.page;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Parses dates as sites write them. */
final class DateText {
    private static final Map<String, DateTimeFormatter> FORMATS = new ConcurrentHashMap<>();
    private static final int MAX_FORMATS = 1_000;

    private DateText() {}

    /**
     * Returns the date in ISO 8601, with time and offset if the text has them; empty if the text is not a date or names
     * a day that does not exist.
     *
     * @param format the date's pattern, or null for ISO 8601
     * @param locale the language of month names, or null for English
     */
    static Optional<String> parse(String text, @Nullable String format, @Nullable String locale) {
        TemporalAccessor date;
        try {
            date = format == null
                    ? iso(text)
                    : formatter(format, locale)
                            .parseBest(text, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
        return Optional.of(date.toString());
    }

    private static TemporalAccessor iso(String text) {
        String joined = text.replaceFirst("^(\\d{4}-\\d{2}-\\d{2}) (?=\\d{2}:)", "$1T");
        return joined.indexOf('T') < 0
                ? LocalDate.parse(joined)
                : DateTimeFormatter.ISO_DATE_TIME.parseBest(joined, OffsetDateTime::from, LocalDateTime::from);
    }

    private static DateTimeFormatter formatter(String format, @Nullable String locale) {
        if (FORMATS.size() > MAX_FORMATS) {
            FORMATS.clear();
        }
        return FORMATS.computeIfAbsent(format + '\n' + locale, key -> {
            // Strict mode rejects dates such as 31 February, but needs u where people write y for the year.
            String strict = format.indexOf('G') < 0 ? yearOfTheCalendar(format) : format;
            return new DateTimeFormatterBuilder()
                    .parseCaseInsensitive()
                    .appendPattern(strict)
                    .toFormatter(locale == null ? Locale.ENGLISH : Locale.forLanguageTag(locale))
                    .withResolverStyle(ResolverStyle.STRICT);
        });
    }

    private static String yearOfTheCalendar(String format) {
        StringBuilder strict = new StringBuilder();
        boolean quoted = false;
        for (char c : format.toCharArray()) {
            quoted ^= c == '\'';
            strict.append(c == 'y' && !quoted ? 'u' : c);
        }
        return strict.toString();
    }
}
