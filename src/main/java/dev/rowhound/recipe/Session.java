package dev.rowhound.recipe;

import dev.rowhound.recipe.Outcomes.Condition;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The cookies and storage kept between items. Without a session, items share nothing.
 *
 * @param keep which items share the session
 * @param login how a user logs in before the first item, or null
 */
public record Session(Keep keep, @Nullable Login login) {
    /** The placeholder of a secret in the value of a fill step: <code>{secret:NAME}</code>; the group is the name. */
    public static final Pattern SECRET = Pattern.compile("\\{secret:([^{}]*)}");

    /** Which items share a session; each node has its own. */
    public enum Keep {
        JOB,
        /** The items of this recipe that begin at one host, across jobs. */
        HOST
    }

    /**
     * The login, performed once for all items of a session.
     *
     * @param url the page where it begins
     * @param steps the steps there; only these may fill in secrets
     * @param loggedIn any of these on the page afterwards: the login succeeded
     * @param loggedOut any of these on an item's page: the session has expired and the login is repeated
     */
    public record Login(String url, List<Step> steps, List<Condition> loggedIn, List<Condition> loggedOut) {
        public Login {
            steps = List.copyOf(steps);
            loggedIn = List.copyOf(loggedIn);
            loggedOut = List.copyOf(loggedOut);
        }
    }
}
