package dev.rowhound.redis;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fields of a job's record as read from Redis.
 *
 * @param values by field name
 */
public record JobRecord(Map<String, String> values) {
    public boolean has(JobField field) {
        return values.containsKey(field.key());
    }

    /** Returns the field's text, or null if it is missing. */
    public @Nullable String find(JobField field) {
        return values.get(field.key());
    }

    public String text(JobField field, String fallback) {
        return values.getOrDefault(field.key(), fallback);
    }

    public int number(JobField field, int fallback) {
        return number(field.key(), fallback);
    }

    /** Returns how many rows are in the state with this letter. */
    public int count(char state) {
        return number(JobField.counter(state), 0);
    }

    /** Returns the field's time, or null if it is missing. */
    public @Nullable Instant time(JobField field) {
        String millis = find(field);
        return millis == null ? null : Instant.ofEpochMilli(Long.parseLong(millis));
    }

    private int number(String field, int fallback) {
        String number = values.get(field);
        return number == null ? fallback : Integer.parseInt(number);
    }
}
