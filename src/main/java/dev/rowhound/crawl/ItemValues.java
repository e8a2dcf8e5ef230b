package dev.rowhound.crawl;

import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemInput;
import dev.rowhound.recipe.Start;
import dev.rowhound.recipe.pattern.Budget;
import dev.rowhound.recipe.pattern.BudgetExceededException;
import io.vertx.uritemplate.ExpandOptions;
import io.vertx.uritemplate.UriTemplate;
import io.vertx.uritemplate.Variables;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The values for a recipe's templates: the item's columns, its key, and the recipe's variables. */
final class ItemValues {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]+)}");

    /** Chromium also opens other schemes, such as local files; a key must not lead there. */
    private static final Set<String> SCHEMES = Set.of("http", "https");

    /** Limits a variable's expression to some milliseconds, since event loops evaluate it to find the host. */
    private static final long MAX_REPLACE_STEPS = 500_000;

    private final Map<String, String> values;

    /**
     * Computes the variables from the item's row.
     *
     * @throws LookupException if a variable needs a column that the input lacks, or takes too long to compute
     */
    ItemValues(Start start, ItemInput input) throws LookupException {
        Map<String, String> given = new HashMap<>(input.columns());
        given.put("key", input.key());
        values = new HashMap<>(given);
        for (Map.Entry<String, Start.Variable> entry : start.variables().entrySet()) {
            Start.Variable variable = entry.getValue();
            String from = given.get(variable.from());
            if (from == null) {
                throw missing(variable.from(), "start");
            }
            values.put(entry.getKey(), replaced(entry.getKey(), variable, from));
        }
    }

    private static String replaced(String name, Start.Variable variable, String from) throws LookupException {
        try {
            return variable.replace().replaceAll(from, variable.with(), Budget.ofSteps(MAX_REPLACE_STEPS));
        } catch (BudgetExceededException e) {
            throw new LookupException(
                    ErrorCode.INVALID_INPUT,
                    "The variable \"" + name + "\" cannot be computed from the row: " + e.getMessage(),
                    "start");
        }
    }

    private ItemValues(Map<String, String> values) {
        this.values = values;
    }

    ItemValues with(String name, String value) {
        Map<String, String> extended = new HashMap<>(values);
        extended.put(name, value);
        return new ItemValues(extended);
    }

    /**
     * Expands the URI template; values are escaped by RFC 6570.
     *
     * @throws LookupException if it needs a column that the input lacks, or the result is not a web address
     */
    String address(String template) throws LookupException {
        return address(template, "start");
    }

    /** Expands the URI template of another address of the recipe, which errors attribute to {@code step}. */
    String address(String template, String step) throws LookupException {
        Variables variables = Variables.variables();
        values.forEach(variables::set);
        String address;
        try {
            address =
                    UriTemplate.of(template).expandToString(variables, new ExpandOptions().setAllowVariableMiss(false));
        } catch (NoSuchElementException e) {
            throw missing(missingName(template), step);
        }
        String scheme = scheme(address);
        if (!SCHEMES.contains(scheme)) {
            throw new LookupException(ErrorCode.NAVIGATION, "The row's URL must begin with http:// or https://", step);
        }
        return address;
    }

    /**
     * Replaces each <code>{name}</code> by its unescaped value.
     *
     * @throws LookupException if it needs a column that the input lacks
     */
    String text(String template, String step) throws LookupException {
        Matcher placeholder = PLACEHOLDER.matcher(template);
        StringBuilder text = new StringBuilder();
        while (placeholder.find()) {
            String value = values.get(placeholder.group(1));
            if (value == null) {
                throw missing(placeholder.group(1), step);
            }
            placeholder.appendReplacement(text, Matcher.quoteReplacement(value));
        }
        return placeholder.appendTail(text).toString();
    }

    private static String scheme(String address) {
        try {
            String scheme = new URI(address).getScheme();
            return scheme == null ? "" : scheme.toLowerCase(Locale.ROOT);
        } catch (URISyntaxException e) {
            return "";
        }
    }

    /** Returns the first name without a value; RFC 6570 operators and modifiers are not part of a name. */
    private String missingName(String template) {
        Matcher expression = PLACEHOLDER.matcher(template);
        while (expression.find()) {
            for (String name :
                    expression.group(1).replaceFirst("^[+#./;?&]", "").split(",", -1)) {
                String variable = name.replaceFirst("(\\*|:\\d+)$", "");
                if (!values.containsKey(variable)) {
                    return variable;
                }
            }
        }
        return "";
    }

    private static LookupException missing(String name, String step) {
        return new LookupException(
                ErrorCode.INVALID_INPUT,
                "The recipe needs the column \"" + name + "\", which the input does not have",
                step);
    }
}
