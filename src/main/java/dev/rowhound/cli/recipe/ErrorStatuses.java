package dev.rowhound.cli.recipe;

import dev.rowhound.recipe.Outcomes;
import dev.rowhound.recipe.Outcomes.Condition;
import dev.rowhound.recipe.Recipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a recipe makes of pages with an error status: from 400 on a condition of {@code found} or {@code not_found} holds
 * only where it names the status, and {@code not_found} with 404 and 410 too.
 */
final class ErrorStatuses {
    private static final Set<Integer> ABSENT = Set.of(404, 410);
    private static final Pattern NUMBER = Pattern.compile("(?<!\\d)[45]\\d\\d(?!\\d)");

    /** How error pages call themselves, without space between the words. */
    private static final Map<String, Integer> PHRASES = Map.ofEntries(
            Map.entry("badrequest", 400),
            Map.entry("unauthorized", 401),
            Map.entry("forbidden", 403),
            Map.entry("accessdenied", 403),
            Map.entry("toomanyrequests", 429),
            Map.entry("unavailableforlegalreasons", 451),
            Map.entry("internalservererror", 500),
            Map.entry("badgateway", 502),
            Map.entry("serviceunavailable", 503),
            Map.entry("gatewaytimeout", 504));

    private ErrorStatuses() {}

    /** With which error statuses a page can be found or not found. */
    static String summary(Outcomes outcomes) {
        Set<Integer> absent = new TreeSet<>(outcomes.notFound().isEmpty() ? Set.of() : ABSENT);
        absent.addAll(named(outcomes.notFound()));
        return "with a status from 400 on a page is found by " + list(named(outcomes.found())) + ", not_found by "
                + list(absent);
    }

    private static Set<Integer> named(List<Condition> conditions) {
        return conditions.stream()
                .flatMap(condition -> condition.statuses().stream())
                .filter(status -> status >= 400)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String list(Set<Integer> statuses) {
        return statuses.isEmpty()
                ? "none"
                : statuses.stream().map(String::valueOf).collect(Collectors.joining(" and "));
    }

    /** A warning for each condition that seems to mean an error page and does not name its status. */
    static List<String> warnings(Recipe recipe) {
        List<String> warnings = new ArrayList<>();
        warn("outcomes.not_found", recipe.outcomes().notFound(), ABSENT, warnings);
        warn("outcomes.found", recipe.outcomes().found(), Set.of(), warnings);
        if (recipe.links() != null) {
            warn("links.outcomes.not_found", recipe.links().outcomes().notFound(), ABSENT, warnings);
            warn("links.outcomes.found", recipe.links().outcomes().found(), Set.of(), warnings);
        }
        if (recipe.session() != null && recipe.session().login() != null) {
            warn("session.login.logged_in", recipe.session().login().loggedIn(), Set.of(), warnings);
        }
        return warnings;
    }

    private static void warn(String place, List<Condition> conditions, Set<Integer> without, List<String> warnings) {
        for (int i = 0; i < conditions.size(); i++) {
            Condition condition = conditions.get(i);
            if (!condition.statuses().isEmpty()) {
                continue;
            }
            Map<Integer, String> meant = meant(condition);
            meant.keySet().removeAll(without);
            if (!meant.isEmpty()) {
                warnings.add(place + "[" + i + "]: speaks of " + String.join(", ", meant.values())
                        + " and names no status; it does not hold on a page with such a status. If the site answers so"
                        + " with one, add \"status\": " + meant.keySet());
            }
        }
    }

    /** The error statuses that a condition speaks of, with the words that it does so by. */
    private static Map<Integer, String> meant(Condition condition) {
        Map<Integer, String> meant = new TreeMap<>();
        Stream.of(condition.selector(), condition.text(), condition.url())
                .filter(part -> part != null)
                .map(String::valueOf)
                .forEach(part -> {
                    Matcher number = NUMBER.matcher(part);
                    while (number.find()) {
                        meant.put(Integer.parseInt(number.group()), "\"" + number.group() + "\"");
                    }
                    String letters = part.toLowerCase(Locale.ROOT).replaceAll("\\\\.|[^a-z]", "");
                    PHRASES.forEach((phrase, status) -> {
                        if (letters.contains(phrase)) {
                            meant.putIfAbsent(status, "\"" + phrase + "\"");
                        }
                    });
                });
        return meant;
    }
}
