package dev.rowhound.job;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of the input.
 *
 * @param number the row's number, from 1, without the header
 * @param key the key, normalised by the recipe
 * @param aliasOf the number of the first row with the same key, or 0 if this is the first
 * @param invalid why the key fails the recipe's validation, in one sentence, or null
 * @param values the raw values in input order, one a column
 */
public record Row(
        int number, String key, int aliasOf, @Nullable String invalid, List<String> values) {
    public Row {
        values = List.copyOf(values);
    }
}
