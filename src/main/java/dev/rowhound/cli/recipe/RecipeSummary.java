package dev.rowhound.cli.recipe;

import dev.rowhound.recipe.Field;
import dev.rowhound.recipe.Input;
import dev.rowhound.recipe.Links;
import dev.rowhound.recipe.Pages;
import dev.rowhound.recipe.Recipe;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Summarises a recipe and warns of likely mistakes. */
final class RecipeSummary {
    private RecipeSummary() {}

    /** Returns the summary, one name and value per line. */
    static List<String> lines(Recipe recipe) {
        JsonObject json = recipe.source();
        List<String> lines = new ArrayList<>();
        lines.add(recipe.title() + " (" + recipe.name() + ", version " + recipe.version() + ")");
        lines.add(line("looks up", input(recipe.input())));
        lines.add(line("engine", json.getString("engine", "browser")));
        lines.add(line("start", recipe.start().url()));
        lines.add(line("steps", steps(json.getJsonArray("steps", new JsonArray()))));
        lines.add(line("outcomes", outcomes(json.getJsonObject("outcomes", new JsonObject()))));
        lines.add(line("errors", ErrorStatuses.summary(recipe.outcomes())));
        lines.add(line("fields", fields(recipe.extract())));
        Links links = recipe.links();
        if (links != null) {
            lines.add(line("links", "at most " + links.max() + " followed: " + fields(links.extract())));
        }
        Pages pages = recipe.pages();
        if (pages != null) {
            lines.add(line("pages", "at most " + pages.max() + " read for " + pages.rows()));
        }
        lines.add(line(
                "limits",
                recipe.retry().max() + " attempts, each at most "
                        + recipe.timeouts().itemMillis() + " ms"));
        return lines;
    }

    private static String line(String name, String text) {
        return String.format(Locale.ROOT, "%-9s %s", name, text);
    }

    private static String input(Input input) {
        List<String> checks = new ArrayList<>();
        if (input.pattern() != null) {
            checks.add("a pattern");
        }
        if (input.checkDigit() != null) {
            checks.add("a check digit");
        }
        return (input.column() == null ? "the only column, or the one named by the upload" : "column " + input.column())
                + (checks.isEmpty() ? "" : "; keys are checked by " + String.join(" and ", checks));
    }

    /** A step's kind is its first key. */
    private static String steps(JsonArray steps) {
        return steps.isEmpty()
                ? "none"
                : steps.stream()
                        .map(step -> ((JsonObject) step).fieldNames().iterator().next())
                        .collect(Collectors.joining(", "));
    }

    private static String outcomes(JsonObject outcomes) {
        // Boolean options are not conditions.
        return outcomes.fieldNames().stream()
                .filter(name -> !(outcomes.getValue(name) instanceof Boolean))
                .map(name -> name + " by " + conditions(outcomes, name))
                .collect(Collectors.joining(", "));
    }

    private static String conditions(JsonObject outcomes, String name) {
        int count = outcomes.getValue(name) instanceof JsonArray list ? list.size() : 1;
        return count == 1 ? "1 condition" : count + " conditions";
    }

    private static String fields(Map<String, Field> fields) {
        return fields.isEmpty()
                ? "none"
                : fields.entrySet().stream()
                        .map(field -> field.getKey() + (field.getValue().required() ? " (required)" : ""))
                        .collect(Collectors.joining(", "));
    }

    /** Returns warnings about valid but unusual content. */
    static List<String> warnings(Recipe recipe) {
        List<String> warnings = new ArrayList<>();
        if (recipe.outcomes().notFound().isEmpty()) {
            warnings.add("outcomes.not_found: is missing; rows without an entry on the site will fail as unrecognised,"
                    + " because not found requires positive evidence");
        }
        warnings.addAll(ErrorStatuses.warnings(recipe));
        if (recipe.extract().isEmpty()) {
            warnings.add("extract: is missing; the results contain only whether a row was found");
        } else if (recipe.extract().values().stream().noneMatch(field -> field.required())) {
            warnings.add("extract: no field is required; a page that is read before it is filled counts as found,"
                    + " with empty fields");
        }
        if (!usesRow(recipe.start().url()) && !usesRow(recipe.source().getValue("steps"))) {
            warnings.add("start.url: contains no {key}, and neither does a step; every row gets the same look-up");
        }
        if (recipe.timeouts().itemMillis() < recipe.timeouts().navigationMillis()) {
            warnings.add("timeouts.item_ms: is less than navigation_ms and limits it");
        }
        return warnings;
    }

    /** Returns whether a string in the document contains a template expression. */
    private static boolean usesRow(@Nullable Object value) {
        if (value instanceof JsonObject object) {
            return object.stream().anyMatch(entry -> usesRow(entry.getValue()));
        }
        if (value instanceof JsonArray array) {
            return array.stream().anyMatch(RecipeSummary::usesRow);
        }
        return value instanceof String text && text.matches("(?s).*\\{[^{}]+}.*");
    }
}
