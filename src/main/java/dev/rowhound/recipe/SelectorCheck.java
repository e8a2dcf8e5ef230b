package dev.rowhound.recipe;

import dev.rowhound.config.JsonReader;
import dev.rowhound.recipe.css.CssException;
import dev.rowhound.recipe.css.CssParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads and validates selectors: plain CSS where pages may be loaded over HTTP, else CSS with Playwright's extensions.
 */
final class SelectorCheck {
    private static final Pattern ENGINE = Pattern.compile("\\s*\\*?([a-zA-Z_0-9:+-]+)\\s*=.*", Pattern.DOTALL);
    private static final Pattern XPATH = Pattern.compile("\\s*(?:\\(*//|\\.\\.(?:/|\\s*$)).*", Pattern.DOTALL);
    private static final Set<String> ENGINES = Set.of(
            "css",
            "xpath",
            "text",
            "id",
            "role",
            "nth",
            "visible",
            "data-testid",
            "data-test-id",
            "data-test",
            "_react",
            "_vue");

    private final boolean cssOnly;

    SelectorCheck(boolean cssOnly) {
        this.cssOnly = cssOnly;
    }

    /** Returns a check for selectors that only a browser evaluates, such as those of steps. */
    SelectorCheck forBrowser() {
        return cssOnly ? new SelectorCheck(false) : this;
    }

    /** Returns whether pages may be loaded over HTTP. */
    boolean cssOnly() {
        return cssOnly;
    }

    String required(JsonReader reader, String key) {
        return checked(reader, key, reader.requiredString(key));
    }

    @Nullable
    String optional(JsonReader reader, String key) {
        return reader.has(key) ? required(reader, key) : null;
    }

    private String checked(JsonReader reader, String key, String selector) {
        String fault = selector.isBlank() ? null : fault(selector);
        if (fault != null) {
            reader.problem(key, "is \"" + selector + "\", which " + fault);
        }
        return selector;
    }

    private @Nullable String fault(String selector) {
        try {
            if (cssOnly) {
                CssParser.parse(selector);
                return null;
            }
            int at = 0;
            for (String part : parts(selector)) {
                String fault = partFault(part, at);
                if (fault != null) {
                    return fault;
                }
                at += part.length() + 2;
            }
            return null;
        } catch (CssException e) {
            return e.place() + (cssOnly ? "; use CSS alone here" : "; use a selector");
        }
    }

    private static @Nullable String partFault(String part, int at) {
        if (part.isBlank()) {
            return "has an empty part at character " + (at + 1) + "; use a selector on both sides of >>";
        }
        String css = part;
        Matcher engine = ENGINE.matcher(part);
        if (part.stripLeading().startsWith("\"") || part.stripLeading().startsWith("'")) {
            char quote = part.strip().charAt(0);
            return part.strip().length() > 1 && part.strip().endsWith(String.valueOf(quote))
                    ? null
                    : "has a " + quote + " that is not closed at character " + (at + 1);
        }
        if (XPATH.matcher(part).matches()) {
            return null;
        }
        if (engine.matches()) {
            String name = engine.group(1).replaceFirst(":light$", "");
            if (!ENGINES.contains(name) && !name.startsWith("internal:")) {
                return "begins with " + name + "= at character " + (at + 1) + "; use one of css=, text=, xpath=, role=,"
                        + " id=, nth= or plain CSS";
            }
            int begin = part.indexOf('=') + 1;
            if (part.substring(begin).isBlank()) {
                return "has nothing after " + name + "= at character " + (at + begin + 1);
            }
            if (!name.equals("css")) {
                return null;
            }
            css = " ".repeat(begin) + part.substring(begin);
        }
        try {
            CssParser.check(css);
            return null;
        } catch (CssException e) {
            return e.getMessage() + " at character " + (at + e.at() + 1);
        }
    }

    /** Splits the selector at each {@code >>} outside quotes. */
    private static List<String> parts(String selector) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < selector.length(); i++) {
            char c = selector.charAt(i);
            if (c == '\\' && i + 1 < selector.length()) {
                part.append(c).append(selector.charAt(++i));
                continue;
            }
            if (quote == 0 && c == '>' && selector.startsWith(">>", i)) {
                parts.add(part.toString());
                part.setLength(0);
                i++;
                continue;
            }
            if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else if (c == quote) {
                quote = 0;
            }
            part.append(c);
        }
        parts.add(part.toString());
        return parts;
    }
}
