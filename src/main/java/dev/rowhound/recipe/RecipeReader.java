package dev.rowhound.recipe;

import dev.rowhound.config.JsonReader;
import dev.rowhound.config.Problems;
import dev.rowhound.job.Attempts;
import dev.rowhound.job.Politeness;
import dev.rowhound.job.WorkKind;
import dev.rowhound.recipe.Browsing.Engine;
import dev.rowhound.recipe.Input.CheckDigit;
import dev.rowhound.recipe.Input.Normalise;
import dev.rowhound.recipe.Recipe.EvidencePolicy;
import dev.rowhound.recipe.Recipe.Timeouts;
import dev.rowhound.recipe.pattern.BoundedPattern;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a recipe from its JSON, whose keys {@code conf/recipe.schema.json} describes. */
public final class RecipeReader {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

    private static final Pattern KIND = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    /** The limit of step timeouts, pauses and the like. */
    static final int MAX_MILLIS = 600_000;

    /** The limit of an item's timeout: one week. */
    private static final int MAX_ITEM_MILLIS = 604_800_000;

    private static final int DEFAULT_BLOCKS = 10;

    private static final int MAX_BLOCKS = 1_000_000;

    private static final int MAX_VERSION = 1_000_000;
    private static final int MAX_ATTEMPTS = 10;
    private static final int MAX_WEIGHT = 1_000;
    private static final int MAX_MODULUS = 100;

    private RecipeReader() {}

    /** Returns the recipe, or null if the JSON is invalid; errors are added to {@code problems}. */
    public static @Nullable Recipe read(JsonObject json, Problems problems) {
        int before = problems.count();
        JsonReader reader = new JsonReader(json, problems);
        String name = name(reader);
        kind(reader);
        String title = reader.optionalText("title");
        int version = reader.integer("version", 1, 1, MAX_VERSION);
        Input input = input(reader.object("input"));
        Start start = StartReader.read(reader.object("start"));
        Browsing browsing = BrowsingReader.read(reader);
        boolean httpCapable = browsing.engine() != Engine.BROWSER;
        boolean browserAvailable = browsing.engine() != Engine.HTTP;
        SelectorCheck selectors = new SelectorCheck(httpCapable);
        Session session = new SessionReader(selectors).read(reader);
        List<Step> steps = new StepReader(selectors, httpCapable, false).read(reader, "steps");
        Outcomes outcomes = new OutcomesReader(selectors, browserAvailable).read(reader);
        Map<String, Field> extract = new ExtractReader(selectors).read(reader, true);
        FollowReader follow = new FollowReader(selectors, browserAvailable);
        JsonReader politeness = reader.object("politeness");
        Recipe recipe = new Recipe(
                name,
                version,
                title == null ? name : title,
                reader.string("description", ""),
                input,
                start,
                browsing,
                session,
                steps,
                outcomes,
                extract,
                follow.links(reader, extract),
                follow.pages(reader, extract),
                retry(reader.object("retry")),
                timeouts(reader.object("timeouts")),
                politeness(politeness),
                politeness.integer("pause_after_blocks", DEFAULT_BLOCKS, 0, MAX_BLOCKS),
                evidence(reader.object("evidence")),
                json.copy());
        reader.end();
        return problems.count() == before ? recipe : null;
    }

    private static String name(JsonReader reader) {
        String name = reader.requiredString("name");
        if (!name.isBlank() && !NAME.matcher(name).matches()) {
            reader.problem(
                    "name",
                    "is \"" + name + "\"; use at most 64 of a-z, 0-9, - and _, and begin with a letter or a digit");
        }
        return name;
    }

    /** Only checks the syntax; only nodes know the kinds, see {@link dev.rowhound.job.WorkKinds}. */
    private static void kind(JsonReader reader) {
        String kind = reader.string(WorkKind.KEY, WorkKind.LOOKUP);
        if (!KIND.matcher(kind).matches()) {
            reader.problem(WorkKind.KEY, "is \"" + kind + "\"; use " + WorkKind.LOOKUP + ", or omit it");
        }
    }

    private static Input input(JsonReader reader) {
        String column = reader.optionalText("column");
        List<Normalise> normalise = reader.choices("normalise", Normalise.class);
        BoundedPattern pattern = PatternReader.read(reader, "pattern");
        String patternMessage = reader.optionalText("pattern_message");
        if (patternMessage != null && !reader.has("pattern")) {
            reader.problem("pattern_message", "has no effect without a pattern");
        }
        CheckDigit checkDigit = reader.has("check_digit") ? checkDigit(reader.object("check_digit")) : null;
        return new Input(column, List.copyOf(normalise), pattern, patternMessage, checkDigit);
    }

    private static CheckDigit checkDigit(JsonReader reader) {
        List<Integer> weights = reader.integers("weights", 0, MAX_WEIGHT);
        reader.requireElements("weights", "a weight for each digit before the check digit");
        if (!reader.has("modulus")) {
            reader.problem("modulus", "is missing; set a number from 2 to " + MAX_MODULUS);
        }
        int modulus = reader.integer("modulus", 2, 2, MAX_MODULUS);
        int complement = reader.integer("complement", 0, 0, MAX_MODULUS);
        return new CheckDigit(List.copyOf(weights), modulus, complement);
    }

    private static Attempts retry(JsonReader reader) {
        int attempts = reader.integer("attempts", 3, 1, MAX_ATTEMPTS);
        int backoff = reader.integer("backoff_ms", 500, 0, MAX_MILLIS);
        int maxBackoff = reader.integer("max_backoff_ms", Math.max(5_000, backoff), 0, MAX_MILLIS);
        if (maxBackoff < backoff) {
            reader.problem("max_backoff_ms", "is " + maxBackoff + "; use at least backoff_ms, " + backoff);
        }
        return new Attempts(attempts, backoff, maxBackoff);
    }

    private static Timeouts timeouts(JsonReader reader) {
        return new Timeouts(
                reader.integer("navigation_ms", 15_000, 1, MAX_MILLIS),
                reader.integer("step_ms", 10_000, 1, MAX_MILLIS),
                reader.integer("item_ms", 60_000, 1, MAX_ITEM_MILLIS));
    }

    private static EvidencePolicy evidence(JsonReader reader) {
        return new EvidencePolicy(
                reader.choice("trace", EvidencePolicy.DEFAULT.trace()),
                reader.choice("har", EvidencePolicy.DEFAULT.har()),
                reader.choice("screenshot", EvidencePolicy.DEFAULT.screenshot()));
    }

    private static Politeness politeness(JsonReader reader) {
        int rate = reader.integer("rate_per_minute", 0, 1, Politeness.MAX_RATE);
        int burst = reader.integer("burst", 0, 1, Politeness.MAX_BURST);
        int concurrency = reader.integer("concurrency", 0, 1, Politeness.MAX_CONCURRENCY);
        List<Integer> delay = reader.integers("delay_ms", 0, MAX_MILLIS);
        int given = reader.listSize("delay_ms");
        if (given >= 0 && given != 2) {
            reader.problem("delay_ms", "has " + given + " numbers; use the minimum and maximum, such as [500, 2000]");
        }
        if (delay.size() != 2) {
            return new Politeness(rate, burst, concurrency, 0, 0);
        }
        if (delay.get(1) < delay.get(0)) {
            reader.problem("delay_ms", "ends at " + delay.get(1) + "; use at least its first value, " + delay.get(0));
        }
        return new Politeness(rate, burst, concurrency, delay.get(0), Math.max(delay.get(0), delay.get(1)));
    }
}
