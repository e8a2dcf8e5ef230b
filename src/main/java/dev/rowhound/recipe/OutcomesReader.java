package dev.rowhound.recipe;

import dev.rowhound.config.JsonReader;
import dev.rowhound.recipe.Outcomes.AnswerSteps;
import dev.rowhound.recipe.Outcomes.Ask;
import dev.rowhound.recipe.Outcomes.Condition;
import dev.rowhound.recipe.Outcomes.NeedsHuman;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@link Outcomes} from a recipe. */
final class OutcomesReader {
    private static final int DEFAULT_WAIT_MILLIS = 300_000;
    private static final int MAX_WAIT_MILLIS = 86_400_000;

    private final SelectorCheck selectors;
    private final boolean browserAvailable;

    /**
     * @param browserAvailable whether the engine may use a browser, without which a person cannot be asked
     */
    OutcomesReader(SelectorCheck selectors, boolean browserAvailable) {
        this.selectors = selectors;
        this.browserAvailable = browserAvailable;
    }

    Outcomes read(JsonReader parent) {
        JsonReader reader = parent.object("outcomes");
        List<Condition> blocked = conditions(reader, "blocked");
        List<NeedsHuman> needsHuman = needsHuman(reader);
        List<Condition> notFound = conditions(reader, "not_found");
        List<Condition> found = conditions(reader, "found");
        reader.requireElements("found", "at least one condition; otherwise no item can end as found");
        return new Outcomes(blocked, needsHuman, notFound, found, reader.bool("detectors", true));
    }

    List<Condition> conditions(JsonReader outcomes, String key) {
        List<Condition> conditions = new ArrayList<>();
        for (JsonReader reader : outcomes.objects(key)) {
            conditions.add(condition(reader));
        }
        return List.copyOf(conditions);
    }

    private Condition condition(JsonReader reader) {
        if (!reader.has("selector") && !reader.has("text") && !reader.has("status") && !reader.has("url")) {
            reader.problem("", "has no condition; use at least one of selector, text, status, url");
        }
        if (reader.isEmptyList("status")) {
            reader.problem("status", "is empty; set at least one HTTP status, such as 403");
        }
        return new Condition(
                selectors.optional(reader, "selector"),
                PatternReader.read(reader, "text"),
                List.copyOf(reader.integers("status", 100, 599)),
                PatternReader.read(reader, "url"));
    }

    private List<NeedsHuman> needsHuman(JsonReader outcomes) {
        List<NeedsHuman> all = new ArrayList<>();
        for (JsonReader reader : outcomes.objects("needs_human")) {
            Condition condition = condition(reader);
            all.add(new NeedsHuman(condition, ask(reader.object("ask"))));
        }
        if (!all.isEmpty() && !browserAvailable) {
            outcomes.problem(
                    "needs_human", "needs a browser, which shows the page; use \"engine\": \"browser\" or \"auto\"");
        }
        return List.copyOf(all);
    }

    private Ask ask(JsonReader reader) {
        String prompt = reader.requiredString("prompt");
        String picture = selectors.forBrowser().optional(reader, "picture");
        int wait = reader.integer("wait_ms", DEFAULT_WAIT_MILLIS, 1, MAX_WAIT_MILLIS);
        return new Ask(prompt, picture, reader.has("answer") ? answer(reader.object("answer")) : null, wait);
    }

    private @Nullable AnswerSteps answer(JsonReader reader) {
        String fill = selectors.forBrowser().required(reader, "fill");
        List<Step> then = new StepReader(selectors.forBrowser(), false, false).read(reader, "then");
        return new AnswerSteps(fill, then);
    }
}
