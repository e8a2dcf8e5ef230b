package dev.rowhound.recipe;

import dev.rowhound.config.JsonReader;
import dev.rowhound.recipe.pattern.BoundedPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads steps from a recipe. */
final class StepReader {
    private static final List<String> KINDS = List.of(
            "fill",
            "click",
            "select",
            "check",
            "uncheck",
            "press",
            "hover",
            "scroll",
            "wait_for",
            "wait_text",
            "wait_response",
            "wait_load");

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]+)}");
    private static final Pattern SECRET_NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final SelectorCheck selectors;
    private final boolean withoutBrowser;
    private final boolean inLogin;

    /**
     * @param withoutBrowser whether the steps must be possible without a browser
     * @param inLogin whether the steps belong to a login: they may use secrets, but no values of a row
     */
    StepReader(SelectorCheck selectors, boolean withoutBrowser, boolean inLogin) {
        this.selectors = selectors;
        this.withoutBrowser = withoutBrowser;
        this.inLogin = inLogin;
    }

    List<Step> read(JsonReader parent, String key) {
        List<Step> steps = new ArrayList<>();
        for (JsonReader reader : parent.objects(key)) {
            String kind = reader.oneOf(KINDS);
            if (kind != null) {
                Step step = step(kind, reader.object(kind));
                if (withoutBrowser && step.needsBrowser()) {
                    reader.problem(kind, "needs a browser; omit the step, or use \"engine\": \"browser\"");
                }
                steps.add(step);
            }
        }
        return List.copyOf(steps);
    }

    private Step step(String kind, JsonReader reader) {
        int timeout = reader.integer("timeout_ms", 0, 1, RecipeReader.MAX_MILLIS);
        boolean optional = reader.bool("optional", false);
        return switch (kind) {
            case "fill" -> new Step.Fill(element(reader), value(reader, true), timeout, optional);
            case "click" -> new Step.Click(element(reader), timeout, optional);
            case "select" -> new Step.Select(element(reader), value(reader, false), timeout, optional);
            case "check", "uncheck" -> new Step.Check(element(reader), kind.equals("check"), timeout, optional);
            case "press" -> new Step.Press(anyElement(reader), reader.requiredString("key"), timeout, optional);
            case "hover" -> new Step.Hover(element(reader), timeout, optional);
            case "scroll" -> new Step.Scroll(anyElement(reader), timeout, optional);
            case "wait_for" ->
                new Step.WaitFor(element(reader), reader.choice("state", Step.State.VISIBLE), timeout, optional);
            case "wait_text" -> new Step.WaitText(anyElement(reader), pattern(reader, "text"), timeout, optional);
            case "wait_response" -> new Step.WaitResponse(pattern(reader, "url"), timeout, optional);
            case "wait_load" -> new Step.WaitLoad(reader.choice("state", Step.Load.LOAD), timeout, optional);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private String element(JsonReader reader) {
        return selectors.required(reader, "selector");
    }

    private String anyElement(JsonReader reader) {
        String selector = selectors.optional(reader, "selector");
        return selector == null ? "" : selector;
    }

    private static BoundedPattern pattern(JsonReader reader, String key) {
        if (!reader.has(key)) {
            reader.problem(key, "is missing; set a regular expression");
        }
        BoundedPattern pattern = PatternReader.read(reader, key);
        return pattern == null ? BoundedPattern.compile("") : pattern;
    }

    private String value(JsonReader reader, boolean mayHoldSecrets) {
        String value = reader.requiredString("value");
        Matcher placeholder = PLACEHOLDER.matcher(value);
        while (placeholder.find()) {
            String name = placeholder.group(1);
            boolean secret = name.startsWith("secret:");
            if (secret && !(inLogin && mayHoldSecrets)) {
                reader.problem(
                        "value", "holds {" + name + "}; only the fill steps of session.login may contain secrets");
            } else if (secret
                    && !SECRET_NAME.matcher(name.substring("secret:".length())).matches()) {
                reader.problem(
                        "value", "holds {" + name + "}; a secret's name has at most 64 of A-Z, a-z, 0-9, -, _ and .");
            } else if (!secret && inLogin) {
                reader.problem("value", "holds {" + name + "}, but a log-in is shared by many items; omit it");
            }
        }
        return value;
    }
}
