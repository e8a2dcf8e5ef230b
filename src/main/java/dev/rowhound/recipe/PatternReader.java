package dev.rowhound.recipe;

import dev.rowhound.config.JsonReader;
import dev.rowhound.recipe.pattern.BacktrackingCheck;
import dev.rowhound.recipe.pattern.BoundedPattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Reads regular expressions and rejects those that backtrack too much. */
final class PatternReader {
    private PatternReader() {}

    /** Reads a non-empty regular expression in Java syntax; null if the key is missing. */
    static @Nullable BoundedPattern read(JsonReader reader, String key) {
        String value = reader.optionalString(key);
        if (value == null) {
            return null;
        }
        if (value.isEmpty()) {
            // It would match everything.
            reader.problem(key, "is empty; set a regular expression or omit the key");
            return null;
        }
        BoundedPattern pattern;
        try {
            pattern = BoundedPattern.compile(value);
        } catch (PatternSyntaxException e) {
            String where = e.getIndex() < 0 ? "" : " at character " + (e.getIndex() + 1);
            reader.problem(key, "is not a regular expression: " + e.getDescription() + where);
            return null;
        }
        String problem =
                reader.shared(BacktrackingCheck.class, BacktrackingCheck::new).problem(pattern);
        if (problem != null) {
            reader.problem(key, problem);
            return null;
        }
        return pattern;
    }
}
