package dev.rowhound.job;

import java.util.Map;

/**
 * What a processor is given to look up.
 *
 * @param job the job's id
 * @param created when the job was opened, in milliseconds, which tells it from others that have had its id
 * @param row the row's number in the input, from 1
 * @param key what is looked up, as the recipe has normalised it
 * @param columns the row's values by column name, in input order
 */
public record ItemInput(String job, long created, int row, String key, Map<String, String> columns) {
    /** A row outside of any stored job. */
    public ItemInput(String job, int row, String key, Map<String, String> columns) {
        this(job, 0, row, key, columns);
    }
}
