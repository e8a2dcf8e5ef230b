package dev.rowhound.recipe;

import dev.rowhound.recipe.Outcomes.Condition;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is kept from one item to the next: cookies and storage. Without a session nothing is.
 *
 * @param keep who shares it
 * @param login how a user is logged in before the first item, or null
 */
public record Session(Keep keep, @Nullable Login login) {
    /** How a secret stands in the value of a fill step: <code>{secret:NAME}</code>; the group is the name. */
    public static final Pattern SECRET = Pattern.compile("\\{secret:([^{}]*)}");

    /** Who shares cookies and storage, each node by itself. */
    public enum Keep {
        /** The items of one job. */
        JOB,
        /** The items that begin at one host, with this recipe, whatever their job. */
        HOST
    }

    /**
     * The log-in, done once for all that share the session.
     *
     * @param url the page it begins at
     * @param steps what is done there; only these may fill in secrets
     * @param loggedIn any of these on the page afterwards: it worked
     * @param loggedOut any of these on a page of an item: the session has lapsed, and the log-in is done again
     */
    public record Login(String url, List<Step> steps, List<Condition> loggedIn, List<Condition> loggedOut) {
        public Login {
            steps = List.copyOf(steps);
            loggedIn = List.copyOf(loggedIn);
            loggedOut = List.copyOf(loggedOut);
        }
    }
}
