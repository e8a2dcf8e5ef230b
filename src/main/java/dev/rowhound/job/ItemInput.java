package dev.rowhound.job;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The input of one attempt.
 *
 * @param job the job's id
 * @param created when the job was created, in milliseconds; distinguishes it from earlier jobs with its id
 * @param row the row's number in the input, from 1
 * @param key the normalised key
 * @param columns the row's values by column name, in input order
 * @param plan the compiled specification, see {@link Work#plan}
 */
public record ItemInput(
        String job,
        long created,
        int row,
        String key,
        Map<String, String> columns,
        @Nullable Object plan) {
    /** Creates the input of a row outside of a stored job, for a processor that has its plan. */
    public ItemInput(String job, int row, String key, Map<String, String> columns) {
        this(job, 0, row, key, columns, null);
    }
}
