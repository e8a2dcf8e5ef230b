package dev.rowhound.recipe;

import dev.rowhound.recipe.pattern.BoundedPattern;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which links of a page that was found are followed, one level deep, and what is read there.
 *
 * @param selector the elements that hold the addresses
 * @param attribute the attribute that is the address
 * @param match only elements whose text contains a match count, or null for all
 * @param most how many are followed at most
 * @param required whether a page without such a link has failed
 * @param into the field that the pages' fields come to as a list, or null to put those of the only page among the item's
 * @param outcomes how such a page tells what it is, in addition to the recipe's own {@code blocked} and
 *     {@code needs_human}; one that is not found is left out
 * @param extract the fields to read there
 */
public record Links(
        String selector,
        String attribute,
        @Nullable BoundedPattern match,
        int most,
        boolean required,
        @Nullable String into,
        Outcomes outcomes,
        Map<String, Field> extract) {
    /** How many links of one item can be followed. */
    public static final int MOST = 100;
}
