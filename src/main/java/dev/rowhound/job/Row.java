package dev.rowhound.job;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of an input.
 *
 * @param number the row's number, from 1, not counting the header
 * @param key what is looked up, normalised by the recipe
 * @param aliasOf the number of the first row with the same key, or 0 if this is the first
 * @param invalid why the recipe's check refuses the key, in one sentence, or null
 * @param values the row's values as they came, in input order; as many as the input has columns
 */
public record Row(
        int number, String key, int aliasOf, @Nullable String invalid, List<String> values) {
    public Row {
        values = List.copyOf(values);
    }
}
