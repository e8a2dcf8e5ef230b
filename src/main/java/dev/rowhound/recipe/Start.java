package dev.rowhound.recipe;

import dev.rowhound.net.HostOf;
import dev.rowhound.recipe.pattern.BoundedPattern;
import java.util.Map;

/**
 * The address at which a lookup begins.
 *
 * @param url a URI template of RFC 6570: <code>{key}</code> is the row's key and <code>{column name}</code> another
 *     value of the row, both escaped; <code>{+name}</code> keeps slashes
 * @param variables further names for the template, computed from other values
 * @param internal whether lookups may reach the host and port of {@code url} although they belong to this machine or a
 *     private network; the host must be the same for all rows
 */
public record Start(String url, Map<String, Variable> variables, boolean internal) {

    /**
     * Returns the host at which every lookup begins, in the notation of {@link HostOf}, or the empty string if it
     * varies.
     */
    public String fixedHost() {
        return HostOf.template(url);
    }

    /**
     * A value computed from another one.
     *
     * @param from the name of the source: {@code key} or a column
     * @param replace the pattern whose matches are replaced
     * @param with the replacement, where {@code $1} is the first group
     */
    public record Variable(String from, BoundedPattern replace, String with) {}
}
