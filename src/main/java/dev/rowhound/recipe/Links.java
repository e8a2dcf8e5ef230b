package dev.rowhound.recipe;

import dev.rowhound.recipe.pattern.BoundedPattern;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The links to follow from a found page, one level deep, and the fields to read there.
 *
 * @param selector the link elements
 * @param attribute the attribute that holds the address
 * @param match a pattern that an element's text must contain, or null
 * @param max how many links to follow at most
 * @param required whether a page without such a link has failed
 * @param into the field that takes the pages' fields as a list, or null to merge the only page's fields into the item's
 * @param outcomes the outcomes of a linked page, in addition to the recipe's {@code blocked} and {@code needs_human}; a
 *     page that is not found is left out
 * @param extract the fields to extract there
 */
public record Links(
        String selector,
        String attribute,
        @Nullable BoundedPattern match,
        int max,
        boolean required,
        @Nullable String into,
        Outcomes outcomes,
        Map<String, Field> extract) {
    /** Maximum of {@code max}. */
    public static final int MAX_LINKS = 100;
}
