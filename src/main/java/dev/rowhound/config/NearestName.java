package dev.rowhound.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Suggests the name that was probably meant by a misspelt one. */
public final class NearestName {
    private static final int MAX_EDIT_DISTANCE = 3;

    private NearestName() {}

    /**
     * Returns the known name with the smallest edit distance, ignoring case; null if it exceeds three letters or half
     * of the name.
     */
    public static @Nullable String of(String name, Iterable<String> known) {
        String nearest = null;
        int least = Integer.MAX_VALUE;
        for (String candidate : known) {
            int distance = distance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            int limit = Math.min(MAX_EDIT_DISTANCE, Math.max(name.length(), candidate.length()) / 2);
            if (distance <= limit && distance < least) {
                least = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /** Returns {@code ; did you mean "x"?}, or the alternative text if no name is near. */
    static String question(String name, Iterable<String> known, String otherwise) {
        String nearest = of(name, known);
        return nearest == null ? otherwise : "; did you mean \"" + nearest + "\"?";
    }

    /** The Levenshtein distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
