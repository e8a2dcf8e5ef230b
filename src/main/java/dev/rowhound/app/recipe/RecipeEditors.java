package dev.rowhound.app.recipe;

import dev.rowhound.app.Refusal;
import dev.rowhound.config.JsonReader;
import dev.rowhound.job.Caller;
import java.util.List;
import java.util.Set;

/**
 * Who may change recipes. A deployment that others reach has its front end tell the user ({@code http.user_header}), for
 * any other name is taken at its word.
 *
 * @param users their names, {@value #EVERYBODY} among them for all
 */
public record RecipeEditors(Set<String> users) {
    private static final String EVERYBODY = "*";
    private static final String KEY = "recipe_editors";

    public RecipeEditors {
        users = Set.copyOf(users);
    }

    /** Reads the key {@code recipe_editors} of the section {@code http}. */
    public static RecipeEditors from(JsonReader section) {
        List<String> names = section.strings(KEY);
        for (int i = 0; i < names.size(); i++) {
            if (!names.get(i).equals(EVERYBODY)) {
                try {
                    Caller.of(names.get(i));
                } catch (IllegalArgumentException e) {
                    section.problem(
                            KEY + "[" + i + "]",
                            "is \"" + names.get(i) + "\"; give \"*\" for everybody, or a user: " + e.getMessage());
                }
            }
        }
        return new RecipeEditors(Set.copyOf(names));
    }

    /** Whether the caller may. */
    public boolean include(Caller caller) {
        return users.contains(EVERYBODY) || users.contains(caller.user());
    }

    /**
     * Returns if the caller may.
     *
     * @throws Refusal with 403, telling how it is allowed
     */
    public void require(Caller caller) {
        if (!include(caller)) {
            throw Refusal.of(
                    "not_an_editor",
                    "the user \"" + caller.user() + "\" may not change recipes here; the operator of the node allows it"
                            + " by naming the user, or \"*\" for everybody, in http.recipe_editors");
        }
    }
}
