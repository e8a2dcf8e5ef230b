package dev.rowhound.job;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * The user who makes a request.
 *
 * @param user the user's name, {@value #ANONYMOUS_USER} if none was given
 * @param scopes the granted scopes; empty grants what everybody may do
 */
public record Caller(String user, Set<String> scopes) {
    private static final String ANONYMOUS_USER = "anonymous";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");

    public static final Caller ANONYMOUS = new Caller(ANONYMOUS_USER, Set.of());

    public Caller {
        if (!NAME.matcher(user).matches()) {
            throw new IllegalArgumentException("a user name has 1 to 64 letters, digits, '.', '_', '@' or '-' "
                    + "and begins with a letter or digit");
        }
        scopes = Set.copyOf(scopes);
    }

    /**
     * Returns a caller without scopes.
     *
     * @throws IllegalArgumentException if the name is invalid; the message says what is valid
     */
    public static Caller of(String user) {
        return new Caller(user, Set.of());
    }
}
