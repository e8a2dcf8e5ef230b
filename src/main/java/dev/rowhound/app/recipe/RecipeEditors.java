package dev.rowhound.app.recipe;

import dev.rowhound.app.Refusal;
import dev.rowhound.config.JsonReader;
import dev.rowhound.job.Caller;
import java.util.List;
import java.util.Set;

/**
 * The users who may change recipes. In a deployment that is reachable by others the front end must set the user ({@code
 * http.user_header}), because Rowhound does not authenticate names otherwise.
 *
 * @param users the names of the users, or {@value #ALL_USERS} for all
 */
public record RecipeEditors(Set<String> users) {
    private static final String ALL_USERS = "*";
    private static final String KEY = "recipe_editors";

    public RecipeEditors {
        users = Set.copyOf(users);
    }

    /** Reads the key {@code recipe_editors} of the section {@code http}. */
    public static RecipeEditors from(JsonReader section) {
        List<String> names = section.strings(KEY);
        for (int i = 0; i < names.size(); i++) {
            if (!names.get(i).equals(ALL_USERS)) {
                try {
                    Caller.of(names.get(i));
                } catch (IllegalArgumentException e) {
                    section.problem(
                            KEY + "[" + i + "]",
                            "is \"" + names.get(i) + "\"; use \"*\" for all users, or a user: " + e.getMessage());
                }
            }
        }
        return new RecipeEditors(Set.copyOf(names));
    }

    public boolean include(Caller caller) {
        return users.contains(ALL_USERS) || users.contains(caller.user());
    }

    /**
     * Requires that the caller may change recipes.
     *
     * @throws Refusal that says how the operator permits it
     */
    public void require(Caller caller) {
        if (!include(caller)) {
            throw Refusal.of(
                    "not_an_editor",
                    "the user \"" + caller.user() + "\" may not change recipes on this node; the operator can allow it"
                            + " by adding the user, or \"*\" for all users, to http.recipe_editors");
        }
    }
}
