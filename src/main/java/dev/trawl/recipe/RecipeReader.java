package dev.trawl.recipe;

import dev.trawl.config.JsonReader;
import dev.trawl.config.Problems;
import dev.trawl.recipe.Input.CheckDigit;
import dev.trawl.recipe.Input.Normalise;
import dev.trawl.recipe.Outcomes.Condition;
import dev.trawl.recipe.Recipe.Retry;
import dev.trawl.recipe.Recipe.Timeouts;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes a recipe from its JSON, whose every key stands in {@code conf/recipe.schema.json}. */
public final class RecipeReader {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");
    private static final Pattern FIELD_NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");

    /** Columns that the results have beside the fields. */
    private static final Set<String> RESULT_COLUMNS = Set.of("state", "error", "row");

    private static final int MAX_VERSION = 1_000_000;
    private static final int MAX_ATTEMPTS = 10;
    private static final int MAX_MILLIS = 600_000;
    private static final int MAX_WEIGHT = 1_000;
    private static final int MAX_MODULUS = 100;

    private RecipeReader() {}

    /** The recipe, or null if the JSON has a fault; each fault is noted as a problem. */
    public static @Nullable Recipe read(JsonObject json, Problems problems) {
        int before = problems.count();
        JsonReader reader = new JsonReader(json, problems);
        String name = name(reader);
        String title = reader.optionalText("title");
        Recipe recipe = new Recipe(
                name,
                reader.integer("version", 1, 1, MAX_VERSION),
                title == null ? name : title,
                reader.string("description", ""),
                input(reader.object("input")),
                StartReader.read(reader.object("start")),
                steps(reader.objects("steps")),
                outcomes(reader),
                extract(reader),
                retry(reader.object("retry")),
                timeouts(reader.object("timeouts")),
                politeness(reader.object("politeness")),
                json.copy());
        reader.end();
        return problems.count() == before ? recipe : null;
    }

    private static String name(JsonReader reader) {
        String name = reader.requiredString("name");
        if (!name.isBlank() && !NAME.matcher(name).matches()) {
            reader.problem(
                    "name",
                    "is \"" + name + "\"; give at most 64 of a-z, 0-9, - and _, and begin with a letter or a digit");
        }
        return name;
    }

    private static Input input(JsonReader reader) {
        String column = reader.optionalText("column");
        List<Normalise> normalise = reader.choices("normalise", Normalise.class);
        Pattern pattern = reader.pattern("pattern");
        String patternMessage = reader.optionalText("pattern_message");
        if (patternMessage != null && !reader.has("pattern")) {
            reader.problem("pattern_message", "is never told, for there is no pattern");
        }
        CheckDigit checkDigit = reader.has("check_digit") ? checkDigit(reader.object("check_digit")) : null;
        return new Input(column, List.copyOf(normalise), pattern, patternMessage, checkDigit);
    }

    private static CheckDigit checkDigit(JsonReader reader) {
        List<Integer> weights = reader.integers("weights", 0, MAX_WEIGHT);
        if (!reader.has("weights") || reader.isEmptyList("weights")) {
            reader.problem("weights", "is missing or empty; give a weight for each digit before the check digit");
        }
        if (!reader.has("modulus")) {
            reader.problem("modulus", "is missing; give a number from 2 to " + MAX_MODULUS);
        }
        int modulus = reader.integer("modulus", 2, 2, MAX_MODULUS);
        int complement = reader.integer("complement", 0, 0, MAX_MODULUS);
        return new CheckDigit(List.copyOf(weights), modulus, complement);
    }

    private static List<Step> steps(List<JsonReader> readers) {
        List<Step> steps = new ArrayList<>();
        for (JsonReader reader : readers) {
            String kind = reader.oneOf(List.of("wait_for", "fill", "click", "press"));
            if (kind != null) {
                steps.add(step(kind, reader.object(kind)));
            }
        }
        return List.copyOf(steps);
    }

    private static Step step(String kind, JsonReader reader) {
        String selector = reader.requiredString("selector");
        int timeout = reader.integer("timeout_ms", 0, 1, MAX_MILLIS);
        boolean optional = reader.bool("optional", false);
        return switch (kind) {
            case "wait_for" -> new Step.WaitFor(selector, timeout, optional);
            case "fill" -> new Step.Fill(selector, reader.requiredString("value"), timeout, optional);
            case "click" -> new Step.Click(selector, timeout, optional);
            case "press" -> new Step.Press(selector, reader.requiredString("key"), timeout, optional);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static Outcomes outcomes(JsonReader recipe) {
        JsonReader reader = recipe.object("outcomes");
        List<Condition> blocked = conditions(reader, "blocked");
        List<Condition> notFound = conditions(reader, "not_found");
        List<Condition> found = conditions(reader, "found");
        if (!reader.has("found") || reader.isEmptyList("found")) {
            reader.problem(
                    "found", "is missing or empty; give at least one condition, else no item could end as found");
        }
        return new Outcomes(blocked, notFound, found);
    }

    private static List<Condition> conditions(JsonReader outcomes, String key) {
        List<Condition> conditions = new ArrayList<>();
        for (JsonReader reader : outcomes.objects(key)) {
            if (!reader.has("selector") && !reader.has("text") && !reader.has("status") && !reader.has("url")) {
                reader.problem("", "asks for nothing; give at least one of selector, text, status, url");
            }
            if (reader.isEmptyList("status")) {
                reader.problem("status", "is empty; give at least one HTTP status, such as 403");
            }
            conditions.add(new Condition(
                    reader.optionalText("selector"),
                    reader.pattern("text"),
                    List.copyOf(reader.integers("status", 100, 599)),
                    reader.pattern("url")));
        }
        return List.copyOf(conditions);
    }

    private static Map<String, Field> extract(JsonReader recipe) {
        Map<String, Field> fields = new LinkedHashMap<>();
        JsonReader reader = recipe.object("extract");
        recipe.entries("extract").forEach((name, field) -> {
            if (RESULT_COLUMNS.contains(name)) {
                reader.problem(name, "is a column that every result has; give the field another name");
            } else if (!FIELD_NAME.matcher(name).matches()) {
                reader.problem(
                        name, "is no name of a field; give at most 64 of a-z, 0-9 and _, and begin with a letter");
            }
            fields.put(name, field(field));
        });
        return Collections.unmodifiableMap(fields);
    }

    private static Field field(JsonReader reader) {
        Field.Take take = reader.choice("take", Field.Take.FIRST);
        Field.Type type = reader.choice("type", take == Field.Take.COUNT ? Field.Type.INTEGER : Field.Type.STRING);
        if (take == Field.Take.COUNT && type != Field.Type.INTEGER) {
            reader.problem("type", "does not suit \"take\": \"count\", which gives an integer; leave it out");
        }
        return new Field(
                reader.requiredString("selector"),
                reader.optionalText("attribute"),
                reader.pattern("match"),
                take,
                reader.pattern("pattern"),
                type,
                reader.bool("required", false));
    }

    private static Retry retry(JsonReader reader) {
        int attempts = reader.integer("attempts", 3, 1, MAX_ATTEMPTS);
        int backoff = reader.integer("backoff_ms", 500, 0, MAX_MILLIS);
        int maxBackoff = reader.integer("max_backoff_ms", Math.max(5_000, backoff), 0, MAX_MILLIS);
        if (maxBackoff < backoff) {
            reader.problem("max_backoff_ms", "is " + maxBackoff + "; give at least backoff_ms, " + backoff);
        }
        return new Retry(attempts, backoff, maxBackoff);
    }

    private static Timeouts timeouts(JsonReader reader) {
        return new Timeouts(
                reader.integer("navigation_ms", 15_000, 1, MAX_MILLIS),
                reader.integer("step_ms", 10_000, 1, MAX_MILLIS),
                reader.integer("item_ms", 60_000, 1, MAX_MILLIS));
    }

    private static Politeness politeness(JsonReader reader) {
        int rate = reader.integer("rate_per_minute", 0, 1, Politeness.MOST_RATE);
        int burst = reader.integer("burst", 0, 1, Politeness.MOST_BURST);
        int concurrency = reader.integer("concurrency", 0, 1, Politeness.MOST_CONCURRENCY);
        int blocks = reader.integer("pause_after_blocks", Politeness.STANDARD_BLOCKS, 0, Politeness.MOST_BLOCKS);
        List<Integer> delay = reader.integers("delay_ms", 0, MAX_MILLIS);
        int given = reader.listSize("delay_ms");
        if (given >= 0 && given != 2) {
            reader.problem("delay_ms", "has " + given + " numbers; give the least and the most, such as [500, 2000]");
        }
        if (delay.size() != 2) {
            return new Politeness(rate, burst, concurrency, 0, 0, blocks);
        }
        if (delay.get(1) < delay.get(0)) {
            reader.problem(
                    "delay_ms", "ends at " + delay.get(1) + "; give at least what it begins with, " + delay.get(0));
        }
        return new Politeness(rate, burst, concurrency, delay.get(0), Math.max(delay.get(0), delay.get(1)), blocks);
    }
}
