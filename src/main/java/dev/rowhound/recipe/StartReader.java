package dev.rowhound.recipe;

import dev.rowhound.config.JsonReader;
import dev.rowhound.net.HostOf;
import dev.rowhound.recipe.Start.Variable;
import dev.rowhound.recipe.pattern.BoundedPattern;
import io.vertx.uritemplate.UriTemplate;
import io.vertx.uritemplate.Variables;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Reads {@link Start} and checks that its template can give a web address. */
final class StartReader {
    /** A variable name of RFC 6570, without escapes and dots. */
    private static final Pattern VARIABLE_NAME = Pattern.compile("[A-Za-z0-9_]{1,64}");

    /** A URI template expression: the operator, then names with modifiers. */
    private static final Pattern EXPRESSION = Pattern.compile("\\{[+#./;?&]?([^{}]*)}");

    private static final Pattern MODIFIER = Pattern.compile("(:\\d+|\\*)$");

    private StartReader() {}

    static Start read(JsonReader reader) {
        String url = reader.requiredString("url");
        if (!url.isBlank()) {
            String fault = urlFault(url);
            if (fault != null) {
                reader.problem("url", "is \"" + url + "\"; " + fault);
            }
        }
        Map<String, Variable> variables = new LinkedHashMap<>();
        JsonReader parent = reader.object("variables");
        reader.entries("variables").forEach((name, variable) -> {
            if (name.equals("key")) {
                parent.problem(name, "is reserved for the row's key; use another name");
            } else if (!VARIABLE_NAME.matcher(name).matches()) {
                parent.problem(name, "is not a valid variable name; use at most 64 of A-Z, a-z, 0-9 and _");
            }
            variables.put(name, variable(variable));
        });
        boolean internal = reader.bool("internal", false);
        if (internal && HostOf.template(url).isEmpty()) {
            reader.problem("internal", "requires one host for all rows, but the host in url contains a variable");
        }
        return new Start(url, Collections.unmodifiableMap(variables), internal);
    }

    private static Variable variable(JsonReader reader) {
        String from = reader.optionalText("from");
        BoundedPattern replace = PatternReader.read(reader, "replace");
        if (!reader.has("replace")) {
            reader.problem("replace", "is missing; set a regular expression");
        }
        String with = reader.string("with", "");
        if (replace != null) {
            String fault = replacementFault(replace, with);
            if (fault != null) {
                reader.problem("with", "is \"" + with + "\"; " + fault);
            }
        }
        return new Variable(from == null ? "key" : from, replace == null ? BoundedPattern.compile("") : replace, with);
    }

    static @Nullable String urlFault(String url) {
        Variables dummies = Variables.variables();
        Matcher expressions = EXPRESSION.matcher(url);
        while (expressions.find()) {
            for (String name : expressions.group(1).split(",", -1)) {
                if (name.isBlank()) {
                    return "a name is missing in " + expressions.group();
                }
                dummies.set(MODIFIER.matcher(name).replaceFirst(""), "a");
            }
        }
        URI address;
        try {
            address = URI.create(UriTemplate.of(url).expandToString(dummies));
        } catch (IllegalArgumentException e) {
            return "use a URI template such as http://example.org/companies/{key}; "
                    + "percent-encode other characters, such as %20 for a space";
        }
        String scheme = address.getScheme();
        boolean webScheme = "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
        return webScheme && address.getHost() != null
                ? null
                : "use a URL with a host, beginning with http:// or https://";
    }

    /** Tests the replacement on an empty text, which every pattern matches with an empty alternative added. */
    private static @Nullable String replacementFault(BoundedPattern replace, String with) {
        try {
            Pattern.compile(replace + "|").matcher("").replaceAll(with);
            return null;
        } catch (PatternSyntaxException e) {
            // The pattern ends in a comment or quotation, so no alternative can be added.
            return null;
        } catch (IndexOutOfBoundsException e) {
            return "replace has no such group, only " + replace.groupCount();
        } catch (IllegalArgumentException e) {
            return "write $1 for the first group, \\$ for a dollar sign and \\\\ for a backslash";
        }
    }
}
