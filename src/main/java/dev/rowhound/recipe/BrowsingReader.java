package dev.rowhound.recipe;

import dev.rowhound.config.JsonReader;
import dev.rowhound.recipe.Browsing.Block;
import dev.rowhound.recipe.Browsing.ResourceType;
import dev.rowhound.recipe.Browsing.Viewport;
import java.util.EnumSet;
import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@link Browsing} from a recipe. */
final class BrowsingReader {
    private static final int MIN_SIDE = 50;
    private static final int MAX_SIDE = 10_000;
    private static final Pattern PROXY = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    /** Printable ASCII, as a header value. */
    private static final Pattern HEADER = Pattern.compile("[\\x20-\\x7e]{1,1000}");

    private BrowsingReader() {}

    static Browsing read(JsonReader recipe) {
        Browsing defaults = Browsing.DEFAULT;
        return new Browsing(
                recipe.choice("engine", defaults.engine()),
                recipe.choice("browser", defaults.browser()),
                locale(recipe),
                recipe.has("viewport") ? viewport(recipe.object("viewport")) : null,
                userAgent(recipe),
                block(recipe.object("block")),
                proxies(recipe),
                recipe.choice("robots", defaults.robots()));
    }

    private static @Nullable String locale(JsonReader recipe) {
        String locale = recipe.optionalText("locale");
        if (locale == null || locale.isBlank()) {
            return null;
        }
        try {
            return new Locale.Builder().setLanguageTag(locale).build().toLanguageTag();
        } catch (IllformedLocaleException e) {
            recipe.problem("locale", "is \"" + locale + "\"; use a language tag such as vi-VN");
            return null;
        }
    }

    private static Viewport viewport(JsonReader reader) {
        for (String key : List.of("width", "height")) {
            if (!reader.has(key)) {
                reader.problem(key, "is missing; set a number from " + MIN_SIDE + " to " + MAX_SIDE);
            }
        }
        return new Viewport(
                reader.integer("width", 1280, MIN_SIDE, MAX_SIDE), reader.integer("height", 720, MIN_SIDE, MAX_SIDE));
    }

    private static @Nullable String userAgent(JsonReader recipe) {
        String agent = recipe.optionalText("user_agent");
        if (agent != null && !agent.isBlank() && !HEADER.matcher(agent).matches()) {
            recipe.problem(
                    "user_agent", "cannot stand in a header; use at most 1000 letters, digits and signs of ASCII");
        }
        return agent;
    }

    private static Block block(JsonReader reader) {
        Set<ResourceType> types = EnumSet.noneOf(ResourceType.class);
        types.addAll(reader.choices("resource_types", ResourceType.class));
        List<String> urls = reader.strings("urls");
        for (int i = 0; i < urls.size(); i++) {
            if (urls.get(i).isBlank()) {
                reader.problem("urls[" + i + "]", "is empty; set a pattern such as *://*/ads/*");
            }
        }
        return new Block(types, urls);
    }

    private static List<String> proxies(JsonReader recipe) {
        List<String> names = recipe.stringOrStrings("proxy");
        boolean list = recipe.listSize("proxy") >= 0;
        if (list && names.isEmpty()) {
            recipe.problem("proxy", "is empty; set at least one name from the configuration, or omit it");
        }
        for (int i = 0; i < names.size(); i++) {
            if (!PROXY.matcher(names.get(i)).matches()) {
                recipe.problem(
                        list ? "proxy[" + i + "]" : "proxy",
                        "is \"" + names.get(i) + "\"; use the name of a proxy in the configuration (crawl.proxies)");
            }
        }
        return names;
    }
}
