package dev.rowhound.job;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Who asks.
 *
 * @param user the user's name, {@value #ANONYMOUS_USER} where none was given
 * @param scopes what the user may do; empty means what everybody may
 */
public record Caller(String user, Set<String> scopes) {
    private static final String ANONYMOUS_USER = "anonymous";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");

    /** A caller who gave no name. */
    public static final Caller ANONYMOUS = new Caller(ANONYMOUS_USER, Set.of());

    public Caller {
        if (!NAME.matcher(user).matches()) {
            throw new IllegalArgumentException(
                    "a user is 1 to 64 letters, digits, '.', '_', '@' or '-', " + "the first a letter or digit");
        }
        scopes = Set.copyOf(scopes);
    }

    /**
     * The caller of that name, without scopes.
     *
     * @throws IllegalArgumentException saying what a name may be, for one that is not
     */
    public static Caller of(String user) {
        return new Caller(user, Set.of());
    }
}
