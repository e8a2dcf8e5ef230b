package dev.trawl.crawl;

import dev.trawl.crawl.view.Element;
import dev.trawl.crawl.view.Found;
import dev.trawl.crawl.view.LookupException;
import dev.trawl.crawl.view.Query;
import dev.trawl.crawl.view.Snapshot;
import dev.trawl.job.ErrorCode;
import dev.trawl.recipe.Field;
import dev.trawl.recipe.Field.Take;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** Reads a recipe's fields from a page. */
final class Extraction {
    private static final int SHOWN_CHARS = 80;

    private final Map<String, Field> fields;

    Extraction(Map<String, Field> fields) {
        this.fields = fields;
    }

    /** What {@link #read} needs to know of the page. */
    List<Query> queries() {
        List<Query> queries = new ArrayList<>();
        for (Field field : fields.values()) {
            boolean text = field.match() != null
                    || (field.attribute() == null && (field.take() != Take.COUNT || field.pattern() != null));
            queries.add(new Query(field.selector(), field.attribute(), text));
        }
        return queries;
    }

    /**
     * The fields of a page that was read with this extraction's {@link #queries}. A field that is not required and not
     * there is left out.
     *
     * @throws LookupException if a required field is missing or a value is not of its type
     */
    JsonObject read(Snapshot snapshot) throws LookupException {
        JsonObject result = new JsonObject();
        int query = 0;
        for (Map.Entry<String, Field> entry : fields.entrySet()) {
            Object value =
                    read(entry.getKey(), entry.getValue(), snapshot.found().get(query++));
            if (value != null) {
                result.put(entry.getKey(), value);
            }
        }
        return result;
    }

    private static @Nullable Object read(String name, Field field, Found found) throws LookupException {
        String step = "extract." + name;
        if (found.cut()) {
            throw new LookupException(
                    ErrorCode.TOO_LARGE,
                    "The elements of the field \"" + name + "\" hold more than " + Snapshot.MAX_CHARS + " characters",
                    step);
        }
        List<String> texts = new ArrayList<>();
        for (Element element : found.elements()) {
            text(field, element).ifPresent(texts::add);
        }
        if (field.take() == Take.COUNT) {
            return texts.size();
        }
        // An element that is still to be filled is there, but empty.
        texts.removeIf(String::isEmpty);
        if (texts.isEmpty()) {
            if (field.required()) {
                throw new LookupException(
                        ErrorCode.SELECTOR_MISSING,
                        "The field \"" + name + "\" is not on the page (" + field.selector() + ")",
                        step);
            }
            return null;
        }
        if (field.take() == Take.FIRST) {
            return value(name, field, texts.get(0));
        }
        JsonArray values = new JsonArray();
        for (String text : texts) {
            values.add(value(name, field, text));
        }
        return values;
    }

    /** What the element says for the field, or nothing if it does not count. */
    private static Optional<String> text(Field field, Element element) {
        if (field.match() != null && !field.match().matcher(element.text()).find()) {
            return Optional.empty();
        }
        String text = field.attribute() == null ? element.text() : element.attribute();
        if (text == null || field.pattern() == null) {
            return Optional.ofNullable(text);
        }
        Matcher matcher = field.pattern().matcher(text);
        if (!matcher.find()) {
            return Optional.empty();
        }
        return Optional.ofNullable(matcher.groupCount() > 0 ? matcher.group(1) : matcher.group())
                .map(Snapshot::fold);
    }

    private static Object value(String name, Field field, String text) throws LookupException {
        Optional<Object> value = FieldType.parse(field, text, "", null);
        if (value.isEmpty()) {
            String shown = text.length() > SHOWN_CHARS ? text.substring(0, SHOWN_CHARS) + "…" : text;
            throw new LookupException(
                    ErrorCode.FIELD_INVALID,
                    "The field \"" + name + "\" is \"" + shown + "\", which is not " + FieldType.describe(field),
                    "extract." + name);
        }
        return value.get();
    }
}
