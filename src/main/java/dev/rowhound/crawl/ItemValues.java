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

/** What a recipe's templates are filled with for one item: its columns, its key, and what the recipe makes of them. */
final class ItemValues {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]+)}");

    /** Chromium opens others too, such as the files of this machine; a key must not lead there. */
    private static final Set<String> SCHEMES = Set.of("http", "https");

    /** What a variable's expression may cost: some milliseconds, for hosts are looked up on event loops. */
    private static final long MAX_REPLACE_STEPS = 500_000;

    private final Map<String, String> values;

    /**
     * The values for that item.
     *
     * @throws LookupException if a variable is made from a column that the input lacks, or takes too long to make
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
                    "The variable \"" + name + "\" cannot be made from the row: " + e.getMessage(),
                    "start");
        }
    }

    private ItemValues(Map<String, String> values) {
        this.values = values;
    }

    /** The same values and one more. */
    ItemValues with(String name, String value) {
        Map<String, String> more = new HashMap<>(values);
        more.put(name, value);
        return new ItemValues(more);
    }

    /**
     * The address that the URI template gives, each value escaped by the rules of RFC 6570.
     *
     * @throws LookupException if it needs a column that the input lacks, or is no web address
     */
    String address(String template) throws LookupException {
        return address(template, "start");
    }

    /** The same for another address of the recipe, which is called so in errors. */
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
            throw new LookupException(
                    ErrorCode.NAVIGATION, "The row's address begins with neither http:// nor https://", step);
        }
        return address;
    }

    /**
     * The text with each <code>{name}</code> replaced by its value as it is.
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

    /** The first name in the template without a value; operators and modifiers of RFC 6570 are no part of names. */
    private String missingName(String template) {
        Matcher expression = PLACEHOLDER.matcher(template);
        while (expression.find()) {
            for (String name :
                    expression.group(1).replaceFirst("^[+#./;?&]", "").split(",", -1)) {
                String bare = name.replaceFirst("(\\*|:\\d+)$", "");
                if (!values.containsKey(bare)) {
                    return bare;
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
