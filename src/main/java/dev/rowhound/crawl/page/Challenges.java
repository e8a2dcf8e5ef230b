package dev.rowhound.crawl.page;

import dev.rowhound.crawl.view.Snapshot;
import dev.rowhound.recipe.css.CssException;
import dev.rowhound.recipe.css.CssParser;
import dev.rowhound.recipe.pattern.BoundedPattern;
import dev.rowhound.recipe.pattern.Budget;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the challenges and bans of known products look like, as {@code challenges.json} describes them. They are made to
 * tell a page that only refuses from one that merely carries a captcha beside what it is there for.
 */
final class Challenges {
    /** The shipped descriptions. */
    static final Challenges SHIPPED = load("challenges.json");

    private final List<Sign> signs = new ArrayList<>();
    private final List<String> marks;

    /**
     * What must hold at once.
     *
     * @param name whose challenge it is, for a person
     * @param present selectors each of which must match; by their place among the marks
     * @param absent selectors none of which may match; by their place among the marks
     * @param text what the page's text must contain, or null
     * @param statuses one of these is the page's status; empty for any
     * @param url what the page's address must contain, or null
     * @param brief whether the page must be brief; always so where there is a text
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

    private static Challenges load(String resource) {
        try (InputStream in = Challenges.class.getResourceAsStream(resource)) {
            String json = new String(Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
            return new Challenges(new JsonArray(json));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Selectors of which {@link #recognise} needs to know whether an element matches. */
    List<String> marks() {
        return marks;
    }

    /** Whose challenge or ban the page is, if it is one; the page was read with these {@link #marks}. */
    Optional<String> recognise(Snapshot page, Budget budget) {
        return signs.stream()
                .filter(sign -> sign.holds(page, budget))
                .map(Sign::name)
                .findFirst();
    }
}
