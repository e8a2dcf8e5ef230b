package dev.rowhound.redis;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Some or all fields of a job's record, as the store has them.
 *
 * @param values by the fields' names
 */
public record JobRecord(Map<String, String> values) {
    /** Whether the record has the field. */
    public boolean has(JobField field) {
        return values.containsKey(field.key());
    }

    /** The field's text, or null without one. */
    public @Nullable String find(JobField field) {
        return values.get(field.key());
    }

    /** The field's text, or another without one. */
    public String text(JobField field, String otherwise) {
        return values.getOrDefault(field.key(), otherwise);
    }

    /** The field's number, or another without one. */
    public int number(JobField field, int otherwise) {
        return number(field.key(), otherwise);
    }

    /** How many rows are in the state of that letter. */
    public int count(char state) {
        return number(JobField.counter(state), 0);
    }

    /** The field's time, or null without one. */
    public @Nullable Instant time(JobField field) {
        String millis = find(field);
        return millis == null ? null : Instant.ofEpochMilli(Long.parseLong(millis));
    }

    private int number(String field, int otherwise) {
        String number = values.get(field);
        return number == null ? otherwise : Integer.parseInt(number);
    }
}
