package dev.rowhound.recipe;

import dev.rowhound.config.JsonReader;
import dev.rowhound.recipe.Outcomes.Condition;
import dev.rowhound.recipe.Session.Keep;
import dev.rowhound.recipe.Session.Login;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@link Session} from a recipe. */
final class SessionReader {
    private final SelectorCheck selectors;

    SessionReader(SelectorCheck selectors) {
        this.selectors = selectors;
    }

    @Nullable
    Session read(JsonReader recipe) {
        if (!recipe.has("session")) {
            return null;
        }
        JsonReader reader = recipe.object("session");
        Keep keep = reader.choice("keep", Keep.JOB);
        return new Session(keep, reader.has("login") ? login(reader) : null);
    }

    private Login login(JsonReader session) {
        JsonReader reader = session.object("login");
        if (selectors.cssOnly()) {
            session.problem("login", "needs a browser; use \"engine\": \"browser\"");
        }
        String url = reader.requiredString("url");
        if (!url.isBlank()) {
            String fault = url.indexOf('{') >= 0
                    ? "a log-in is shared by many items, so its URL must not depend on a row"
                    : StartReader.urlFault(url);
            if (fault != null) {
                reader.problem("url", "is \"" + url + "\"; " + fault);
            }
        }
        SelectorCheck browserSelectors = selectors.forBrowser();
        List<Step> steps = new StepReader(browserSelectors, false, true).read(reader, "steps");
        reader.requireElements("steps", "the steps of the log-in");
        OutcomesReader conditions = new OutcomesReader(browserSelectors, true);
        List<Condition> loggedIn = conditions.conditions(reader, "logged_in");
        reader.requireElements("logged_in", "at least one condition that only a logged-in user's page has");
        return new Login(url, steps, loggedIn, conditions.conditions(reader, "logged_out"));
    }
}
