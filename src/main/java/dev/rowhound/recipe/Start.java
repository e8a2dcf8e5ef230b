package dev.rowhound.recipe;

import dev.rowhound.net.HostOf;
import dev.rowhound.recipe.pattern.BoundedPattern;
import java.util.Map;

/**
 * Where a look-up begins.
 *
 * @param url a URI template of RFC 6570: <code>{key}</code> is the row's key and <code>{column name}</code> another
 *     value of the row, both escaped; <code>{+name}</code> keeps slashes
 * @param variables further names for the template, made from others by replacing
 * @param internal whether look-ups may reach the host and port of {@code url} though they are of this machine or of a
 *     private network; the host is the same for all rows then
 */
public record Start(String url, Map<String, Variable> variables, boolean internal) {

    /** The host that every look-up begins at, as {@link HostOf} spells it, or the empty string where it varies. */
    public String fixedHost() {
        return HostOf.template(url);
    }

    /**
     * A value made from another one.
     *
     * @param from the name of the value: {@code key} or a column
     * @param replace every match of this in it
     * @param with is replaced by this, where {@code $1} is the first group
     */
    public record Variable(String from, BoundedPattern replace, String with) {}
}
