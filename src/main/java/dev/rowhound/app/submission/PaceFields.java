package dev.rowhound.app.submission;

import dev.rowhound.app.Refusal;
import dev.rowhound.queue.job.NewJob.Pace;
import io.vertx.core.MultiMap;
import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses the upload fields that set a job's pace, in this API and in the old one. */
final class PaceFields {
    /** The field names of this API. */
    static final List<String> KNOWN = List.of("priority", "concurrency", "delay_ms");

    private static final int MAX_PRIORITY = 10;
    private static final int MAX_CONCURRENCY = 1000;
    private static final int MAX_DELAY_MILLIS = 3_600_000;

    /** Accepts Python lists and tuples, because the old crawler was written in Python. */
    private static final Pattern SECONDS = range("\\d{1,4}(?:\\.\\d{1,9})?");

    private static final Pattern MILLIS = range("\\d{1,7}");

    private PaceFields() {}

    private static Pattern range(String number) {
        String inside = "\\s*(" + number + ")\\s*(?:[,-]\\s*(" + number + ")\\s*)?";
        return Pattern.compile("\\[" + inside + "]|\\(" + inside + "\\)|" + inside);
    }

    /**
     * Reads the fields of this API.
     *
     * @throws Refusal that names the invalid field
     */
    static Pace read(MultiMap fields) {
        int priority = number(fields, "priority", Pace.DEFAULT.priority(), MAX_PRIORITY);
        int concurrency = number(fields, "concurrency", 0, MAX_CONCURRENCY);
        return paced(
                fields,
                "delay_ms",
                MILLIS,
                1,
                "one or two numbers of milliseconds from 0 to 3600000, such as"
                        + " \"1000,3000\", the smaller one first",
                priority,
                concurrency);
    }

    /**
     * Reads the fields of the old API: {@code batch_size} concurrent rows with a pause of {@code delay_range} seconds.
     *
     * @throws Refusal that names the invalid field
     */
    static Pace readOld(MultiMap fields) {
        int concurrency = number(fields, "batch_size", 0, MAX_CONCURRENCY);
        return paced(
                fields,
                "delay_range",
                SECONDS,
                1000,
                "one or two numbers of seconds from 0 to 3600, such as" + " \"1,3\", the smaller one first",
                Pace.DEFAULT.priority(),
                concurrency);
    }

    private static int number(MultiMap fields, String name, int fallback, int max) {
        String text = nonBlank(fields, name);
        if (text == null) {
            return fallback;
        }
        if (text.matches("\\d{1,6}")) {
            int value = Integer.parseInt(text);
            if (value >= 1 && value <= max) {
                return value;
            }
        }
        throw invalid(name, text, "a whole number from 1 to " + max);
    }

    private static Pace paced(
            MultiMap fields,
            String name,
            Pattern pattern,
            int unitMillis,
            String expected,
            int priority,
            int concurrency) {
        String text = nonBlank(fields, name);
        if (text == null) {
            return new Pace(priority, concurrency, 0, 0);
        }
        Matcher matcher = pattern.matcher(text);
        if (matcher.matches()) {
            String lower = numberAt(matcher, 1);
            String upper = numberAt(matcher, 2);
            int min = millis(String.valueOf(lower), unitMillis);
            int max = upper == null ? min : millis(upper, unitMillis);
            if (min <= max && max <= MAX_DELAY_MILLIS) {
                return new Pace(priority, concurrency, min, max);
            }
        }
        throw invalid(name, text, expected);
    }

    /** The first or second number, from the alternative of the pattern that matched. */
    private static @Nullable String numberAt(Matcher matcher, int which) {
        for (int group = which; group <= matcher.groupCount(); group += 2) {
            if (matcher.group(group) != null) {
                return matcher.group(group);
            }
        }
        return null;
    }

    private static int millis(String number, int unitMillis) {
        return new BigDecimal(number).multiply(BigDecimal.valueOf(unitMillis)).intValue();
    }

    private static @Nullable String nonBlank(MultiMap fields, String name) {
        String text = fields.get(name);
        return text == null || text.isBlank() ? null : text.strip();
    }

    private static Refusal invalid(String name, String text, String expected) {
        return Refusal.of("invalid_field", "the field \"" + name + "\" is \"" + text + "\"; use " + expected, name);
    }
}
