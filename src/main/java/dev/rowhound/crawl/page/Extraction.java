package dev.rowhound.crawl.page;

import dev.rowhound.crawl.view.Element;
import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.crawl.view.Query;
import dev.rowhound.crawl.view.QueryResult;
import dev.rowhound.crawl.view.Snapshot;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.recipe.Field;
import dev.rowhound.recipe.Field.Take;
import dev.rowhound.recipe.pattern.Budget;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Extracts a recipe's fields from a snapshot. */
public final class Extraction {
    private static final int MAX_SHOWN_CHARS = 80;

    private final Map<String, Field> fields;
    private final String place;
    private final @Nullable String locale;

    /**
     * @param place the location of the fields in the recipe, such as {@code extract}
     * @param locale the language of the site, or null
     */
    Extraction(Map<String, Field> fields, String place, @Nullable String locale) {
        this.fields = fields;
        this.place = place;
        this.locale = locale;
    }

    /** Returns the location of the fields in the recipe. */
    public String place() {
        return place;
    }

    /** Returns the queries whose results {@link #read} needs. */
    List<Query> queries() {
        return queries(fields);
    }

    private static List<Query> queries(Map<String, Field> fields) {
        List<Query> queries = new ArrayList<>();
        for (Field field : fields.values()) {
            boolean html = field.html() && (field.take() != Take.COUNT || field.pattern() != null);
            boolean value = field.rows().isEmpty()
                    && field.attribute() == null
                    && !html
                    && (field.take() != Take.COUNT || field.pattern() != null);
            queries.add(new Query(
                    field.selector(), field.attribute(), value || field.match() != null, html, queries(field.rows())));
        }
        return queries;
    }

    /**
     * Extracts the fields from a page that was read with this extraction's {@link #queries}. An optional field that is
     * missing is left out.
     *
     * @param budget limits the cost of the recipe's patterns
     * @throws LookupException if a required field is missing or a value is not of its type
     */
    JsonObject read(Snapshot snapshot, Budget budget) throws LookupException {
        return new Reading(snapshot.base(), budget).read(fields, snapshot.found(), place);
    }

    /** The extraction of one page. */
    private final class Reading {
        private final String base;
        private final Budget budget;

        Reading(String base, Budget budget) {
            this.base = base;
            this.budget = budget;
        }

        private JsonObject read(Map<String, Field> wanted, List<QueryResult> found, String parentStep)
                throws LookupException {
            JsonObject result = new JsonObject();
            int query = 0;
            for (Map.Entry<String, Field> entry : wanted.entrySet()) {
                String step = parentStep + "." + entry.getKey();
                Object value = read(entry.getValue(), found.get(query++), step);
                if (value != null) {
                    result.put(entry.getKey(), value);
                }
            }
            return result;
        }

        private @Nullable Object read(Field field, QueryResult found, String step) throws LookupException {
            if (found.cut()) {
                throw new LookupException(
                        ErrorCode.TOO_LARGE,
                        "The elements of the field \"" + name(step) + "\" contain more than " + Snapshot.MAX_CHARS
                                + " characters",
                        step);
            }
            if (!field.rows().isEmpty()) {
                return rows(field, found, step);
            }
            List<String> texts = new ArrayList<>();
            for (Element element : found.elements()) {
                text(field, element).ifPresent(texts::add);
            }
            if (field.take() == Take.COUNT) {
                return texts.size();
            }
            // A script may still fill in an empty element.
            texts.removeIf(String::isEmpty);
            if (texts.isEmpty()) {
                return missing(field, step);
            }
            if (field.take() == Take.FIRST) {
                return value(field, texts.get(0), step);
            }
            JsonArray values = new JsonArray();
            for (String text : texts) {
                values.add(value(field, text, step));
            }
            return values;
        }

        /** Reads rows; a row without any value, such as a table's header row, does not count. */
        private @Nullable Object rows(Field field, QueryResult found, String step) throws LookupException {
            JsonArray rows = new JsonArray();
            int number = 0;
            for (Element element : found.elements()) {
                if (!matches(field, element) || isEmpty(field, element)) {
                    continue;
                }
                rows.add(read(field.rows(), element.within(), step + "[" + number++ + "]"));
            }
            return rows.isEmpty() ? missing(field, step) : rows;
        }

        private boolean isEmpty(Field field, Element row) {
            int query = 0;
            for (Field each : field.rows().values()) {
                List<Element> elements = row.within().get(query++).elements();
                if (elements.stream()
                        .anyMatch(element -> text(each, element)
                                .filter(text -> !text.isEmpty())
                                .isPresent())) {
                    return false;
                }
            }
            return true;
        }

        private static @Nullable Object missing(Field field, String step) throws LookupException {
            if (field.required()) {
                throw new LookupException(
                        ErrorCode.SELECTOR_MISSING,
                        "The field \"" + name(step) + "\" is not on the page"
                                + (field.selector().isEmpty() ? "" : " (" + field.selector() + ")"),
                        step);
            }
            return null;
        }

        /** Returns the field's name for messages: its path below {@code extract}. */
        private static String name(String step) {
            return step.substring(step.indexOf("extract.") + "extract.".length());
        }

        private boolean matches(Field field, Element element) {
            return field.match() == null || field.match().find(element.text(), budget);
        }

        /** Returns the element's value for the field, or nothing if the element does not match. */
        private Optional<String> text(Field field, Element element) {
            if (!matches(field, element)) {
                return Optional.empty();
            }
            String text =
                    field.attribute() != null ? element.attribute() : field.html() ? element.html() : element.text();
            if (text == null || field.pattern() == null) {
                return Optional.ofNullable(text).map(whole -> field.html() ? whole.strip() : whole);
            }
            return field.pattern().first(text, budget).map(kept -> field.html() ? kept.strip() : Snapshot.fold(kept));
        }

        private Object value(Field field, String text, String step) throws LookupException {
            Optional<Object> value = FieldType.parse(field, text, base, locale);
            if (value.isEmpty()) {
                String shown = text.length() > MAX_SHOWN_CHARS ? text.substring(0, MAX_SHOWN_CHARS) + "…" : text;
                throw new LookupException(
                        ErrorCode.FIELD_INVALID,
                        "The field \"" + name(step) + "\" is \"" + shown + "\", which is not "
                                + FieldType.describe(field),
                        step);
            }
            return value.get();
        }
    }
}
