package dev.rowhound.recipe;

import dev.rowhound.config.JsonReader;
import io.vertx.uritemplate.UriTemplate;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code links} and {@code pages}, which say how a lookup continues from a found page. */
final class FollowReader {
    private static final Pattern PAGE_VARIABLE = Pattern.compile("\\{[^{}]*\\bpage\\b[^{}]*}");

    private final SelectorCheck selectors;
    private final boolean browserAvailable;

    FollowReader(SelectorCheck selectors, boolean browserAvailable) {
        this.selectors = selectors;
        this.browserAvailable = browserAvailable;
    }

    @Nullable
    Links links(JsonReader recipe, Map<String, Field> extract) {
        if (!recipe.has("links")) {
            return null;
        }
        JsonReader reader = recipe.object("links");
        String into = reader.optionalText("into");
        int max = reader.integer("most", 1, 1, Links.MAX_LINKS);
        if (into == null && max > 1) {
            reader.problem("most", "is " + max + "; use 1, or set into, a field for the list of results");
        }
        if (into != null) {
            ExtractReader.checkName(reader, "into", into, true);
            if (extract.containsKey(into)) {
                reader.problem("into", "is \"" + into + "\", which extract already contains; use another name");
            }
        }
        Map<String, Field> fields = new ExtractReader(selectors).read(reader, into == null);
        if (fields.isEmpty()) {
            reader.problem("extract", "is missing or empty; set the fields to read from the pages");
        }
        if (into == null) {
            JsonReader parent = reader.object("extract");
            fields.keySet().stream()
                    .filter(extract::containsKey)
                    .forEach(name -> parent.problem(
                            name, "is a field of the recipe's own extract already; use another name, or links.into"));
        }
        String attribute = reader.optionalText("attribute");
        return new Links(
                selectors.required(reader, "selector"),
                attribute == null ? "href" : attribute,
                PatternReader.read(reader, "match"),
                max,
                reader.bool("required", false),
                into,
                new OutcomesReader(selectors, browserAvailable).read(reader),
                fields);
    }

    @Nullable
    Pages pages(JsonReader recipe, Map<String, Field> extract) {
        if (!recipe.has("pages")) {
            return null;
        }
        JsonReader reader = recipe.object("pages");
        String next = selectors.optional(reader, "next");
        String url = reader.has("url") ? url(reader) : null;
        if ((next == null) == (url == null)) {
            reader.problem("", (next == null ? "has neither next nor url" : "has next and url") + "; use one of them");
        }
        String rows = reader.requiredString("rows");
        Field field = extract.get(rows);
        if (!rows.isBlank() && (field == null || !field.isList())) {
            reader.problem(
                    "rows",
                    "is \"" + rows + "\"; use a field of extract that is a list, by \"take\": \"all\" or by rows");
        }
        if (next != null && url == null && reader.has("first")) {
            reader.problem("first", "requires url; omit it");
        }
        return new Pages(
                next,
                url,
                reader.integer("first", 2, 0, Integer.MAX_VALUE),
                rows,
                reader.integer("most", 10, 1, Pages.MAX_PAGES));
    }

    private static String url(JsonReader reader) {
        String url = reader.requiredString("url");
        if (url.isBlank()) {
            return url;
        }
        boolean template;
        try {
            UriTemplate.of(url);
            template = true;
        } catch (IllegalArgumentException e) {
            template = false;
        }
        if (!template || !PAGE_VARIABLE.matcher(url).find()) {
            reader.problem(
                    "url",
                    "is \"" + url + "\"; use a URI template with {page}, such as https://example.org/list{?page}");
        } else {
            String fault = StartReader.urlFault(url);
            if (fault != null) {
                reader.problem("url", "is \"" + url + "\"; " + fault);
            }
        }
        return url;
    }
}
