package dev.rowhound.job;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a processor is given to work on.
 *
 * @param job the job's id
 * @param created when the job was opened, in milliseconds, which tells it from others that have had its id
 * @param row the row's number in the input, from 1
 * @param key what is processed, normalised
 * @param columns the row's values by column name, in input order
 * @param plan what the kind has made of the job's specification, see {@link Work#plan}
 */
public record ItemInput(
        String job,
        long created,
        int row,
        String key,
        Map<String, String> columns,
        @Nullable Object plan) {
    /** A row outside of any stored job, for a processor that knows its plan. */
    public ItemInput(String job, int row, String key, Map<String, String> columns) {
        this(job, 0, row, key, columns, null);
    }
}
