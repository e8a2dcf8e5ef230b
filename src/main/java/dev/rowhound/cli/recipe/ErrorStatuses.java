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
 * Explains how a recipe treats error pages: from status 400 on, a condition of {@code found} or {@code not_found} must
 * name the status, except for {@code not_found} with 404 and 410.
 */
final class ErrorStatuses {
    private static final Set<Integer> NOT_FOUND_STATUSES = Set.of(404, 410);
    private static final Pattern NUMBER = Pattern.compile("(?<!\\d)[45]\\d\\d(?!\\d)");

    /** The phrases of error pages, without spaces. */
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

    /** Lists the error statuses with which a page can be found or not found. */
    static String summary(Outcomes outcomes) {
        Set<Integer> notFound = new TreeSet<>(outcomes.notFound().isEmpty() ? Set.of() : NOT_FOUND_STATUSES);
        notFound.addAll(named(outcomes.notFound()));
        return "with a status from 400 on a page is found by " + list(named(outcomes.found())) + ", not_found by "
                + list(notFound);
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

    /** Returns a warning for each condition that seems to describe an error page but does not name its status. */
    static List<String> warnings(Recipe recipe) {
        List<String> warnings = new ArrayList<>();
        warn("outcomes.not_found", recipe.outcomes().notFound(), NOT_FOUND_STATUSES, warnings);
        warn("outcomes.found", recipe.outcomes().found(), Set.of(), warnings);
        if (recipe.links() != null) {
            warn("links.outcomes.not_found", recipe.links().outcomes().notFound(), NOT_FOUND_STATUSES, warnings);
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
            Map<Integer, String> meantStatuses = meantStatuses(condition);
            meantStatuses.keySet().removeAll(without);
            if (!meantStatuses.isEmpty()) {
                warnings.add(place + "[" + i + "]: speaks of " + String.join(", ", meantStatuses.values())
                        + " and names no status; it does not hold on a page with such a status. If the site answers so"
                        + " with one, add \"status\": " + meantStatuses.keySet());
            }
        }
    }

    /** Returns the error statuses that a condition mentions, with the matching words. */
    private static Map<Integer, String> meantStatuses(Condition condition) {
        Map<Integer, String> meantStatuses = new TreeMap<>();
        Stream.of(condition.selector(), condition.text(), condition.url())
                .filter(part -> part != null)
                .map(String::valueOf)
                .forEach(part -> {
                    Matcher number = NUMBER.matcher(part);
                    while (number.find()) {
                        meantStatuses.put(Integer.parseInt(number.group()), "\"" + number.group() + "\"");
                    }
                    String letters = part.toLowerCase(Locale.ROOT).replaceAll("\\\\.|[^a-z]", "");
                    PHRASES.forEach((phrase, status) -> {
                        if (letters.contains(phrase)) {
                            meantStatuses.putIfAbsent(status, "\"" + phrase + "\"");
                        }
                    });
                });
        return meantStatuses;
    }
}
