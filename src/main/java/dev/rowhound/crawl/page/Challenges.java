package dev.rowhound.crawl.page;

import dev.rowhound.config.Resource;
import dev.rowhound.crawl.view.Snapshot;
import dev.rowhound.recipe.css.CssException;
import dev.rowhound.recipe.css.CssParser;
import dev.rowhound.recipe.pattern.BoundedPattern;
import dev.rowhound.recipe.pattern.Budget;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Detects the challenge and ban pages of known products by the descriptions in {@code challenges.json}. The
 * descriptions distinguish a page that only refuses from one that contains a captcha among other content.
 */
final class Challenges {
    static final Challenges SHIPPED = new Challenges(new JsonArray(Resource.text(Challenges.class, "challenges.json")));

    private final List<Sign> signs = new ArrayList<>();
    private final List<String> marks;

    /**
     * A set of conditions that identify a challenge together.
     *
     * @param name the product's name, for people
     * @param present indices of marks whose selectors must all match
     * @param absent indices of marks none of whose selectors may match
     * @param text a pattern in the page's text, or null
     * @param statuses the accepted HTTP statuses; empty for any
     * @param url a pattern in the page's address, or null
     * @param brief whether the page must be brief; always true with a text
     */
    private record Sign(
            String name,
            List<Integer> present,
            List<Integer> absent,
            @Nullable BoundedPattern text,
            List<Integer> statuses,
            @Nullable BoundedPattern url,
            boolean brief) {

        boolean holds(Snapshot page, Budget budget) {
            return (!brief || page.brief())
                    && (statuses.isEmpty() || statuses.contains(page.status()))
                    && present.stream().allMatch(page.marks()::get)
                    && absent.stream().noneMatch(page.marks()::get)
                    && (url == null || url.find(page.url(), budget))
                    && (text == null || text.find(page.text(), budget));
        }
    }

    private Challenges(JsonArray list) {
        Set<String> all = new LinkedHashSet<>();
        for (Object entry : list) {
            for (Object sign : ((JsonObject) entry).getJsonArray("signs")) {
                all.addAll(strings((JsonObject) sign, "present"));
                all.addAll(strings((JsonObject) sign, "absent"));
            }
        }
        marks = List.copyOf(all);
        marks.forEach(Challenges::check);
        for (Object entry : list) {
            JsonObject challenge = (JsonObject) entry;
            for (Object sign : challenge.getJsonArray("signs")) {
                signs.add(sign(challenge.getString("name"), (JsonObject) sign));
            }
        }
    }

    private Sign sign(String name, JsonObject json) {
        String text = json.getString("text");
        String url = json.getString("url");
        return new Sign(
                name,
                strings(json, "present").stream().map(marks::indexOf).toList(),
                strings(json, "absent").stream().map(marks::indexOf).toList(),
                text == null
                        ? null
                        : BoundedPattern.of(Pattern.compile(text, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)),
                json.getJsonArray("status", new JsonArray()).stream()
                        .map(status -> (Integer) status)
                        .toList(),
                url == null ? null : BoundedPattern.compile(url),
                text != null || json.getBoolean("brief", false));
    }

    private static List<String> strings(JsonObject json, String key) {
        Object value = json.getValue(key);
        if (value instanceof JsonArray list) {
            return list.stream().map(String.class::cast).toList();
        }
        return value == null ? List.of() : List.of((String) value);
    }

    private static void check(String selector) {
        try {
            CssParser.parse(selector);
        } catch (CssException e) {
            throw new IllegalStateException("the selector " + selector + " " + e.place(), e);
        }
    }

    /** Returns the selectors whose matches {@link #recognise} needs. */
    List<String> marks() {
        return marks;
    }

    /**
     * Returns the name of the challenge or ban that the page shows. The page must have been read with these {@link
     * #marks}.
     */
    Optional<String> recognise(Snapshot page, Budget budget) {
        return signs.stream()
                .filter(sign -> sign.holds(page, budget))
                .map(Sign::name)
                .findFirst();
    }
}
