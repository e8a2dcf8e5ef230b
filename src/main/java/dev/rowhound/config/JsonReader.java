package dev.rowhound.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object key by key. A key whose value is null counts as missing. A value of the wrong type or out of
 * its bounds is noted as a problem and its fallback returned, so that reading goes on and all problems are told
 * together. {@link #end()} notes each key that nobody asked for, with the nearest one that exists.
 */
public final class JsonReader {
    /** Names the document's schema for editors; allowed at the top of every document. */
    private static final String SCHEMA = "$schema";

    private final String path;
    private final JsonObject json;
    private final Problems problems;
    private final Set<String> known = new LinkedHashSet<>();
    private final Map<String, JsonReader> children = new LinkedHashMap<>();
    private final Map<Class<?>, Object> shared;

    /** Reads that document, noting faults in {@code problems}. */
    public JsonReader(JsonObject json, Problems problems) {
        this("", json, problems, new HashMap<>());
    }

    private JsonReader(String path, JsonObject json, Problems problems, Map<Class<?>, Object> shared) {
        this.shared = shared;
        this.path = path;
        this.json = json;
        this.problems = problems;
    }

    /** The one object of that kind for the whole document: made when first asked for, here or at another place of it. */
    public <T> T shared(Class<T> kind, Supplier<T> make) {
        return kind.cast(shared.computeIfAbsent(kind, none -> make.get()));
    }

    /** Whether the key is there and not null. */
    public boolean has(String key) {
        known.add(key);
        return json.getValue(key) != null;
    }

    /** Whether the key holds a list without an element. */
    public boolean isEmptyList(String key) {
        known.add(key);
        return json.getValue(key) instanceof JsonArray array && array.isEmpty();
    }

    /** How many elements the list under that key has, -1 where there is no list. */
    public int listSize(String key) {
        known.add(key);
        return json.getValue(key) instanceof JsonArray array ? array.size() : -1;
    }

    /** Every key of the object, each counted as known. */
    public Set<String> keys() {
        known.addAll(json.fieldNames());
        return new LinkedHashSet<>(json.fieldNames());
    }

    /** The path of a key below this object, for messages. */
    public String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Notes a fault of that key. */
    public void problem(String key, String message) {
        problems.add(key.isEmpty() ? path : at(key), message);
    }

    /** A string, or the fallback where the key is missing. */
    public String string(String key, String fallback) {
        String value = optionalString(key);
        return value == null ? fallback : value;
    }

    /** A string, or null where the key is missing. */
    public @Nullable String optionalString(String key) {
        return value(key, String.class, "a string");
    }

    /** A string that must be there; the empty string stands in for a missing one. */
    public String requiredString(String key) {
        String value = optionalString(key);
        if (value == null) {
            if (json.getValue(key) == null) {
                problem(key, "is missing; give a string");
            }
            return "";
        }
        if (value.isBlank()) {
            problem(key, "is empty");
        }
        return value;
    }

    /** A string that is not blank, or null where the key is missing. */
    public @Nullable String optionalText(String key) {
        return has(key) ? requiredString(key) : null;
    }

    /** A whole number from {@code min} to {@code max}, or the fallback where the key is missing. */
    public int integer(String key, int fallback, int min, int max) {
        return (int) wholeNumber(key, fallback, min, max);
    }

    /** A whole number from {@code min} to {@code max}, or the fallback where the key is missing. */
    public long wholeNumber(String key, long fallback, long min, long max) {
        Number value = value(key, Number.class, "a whole number");
        if (value == null) {
            return fallback;
        }
        String fault = wholeNumberFault(value, min, max);
        if (fault != null) {
            problem(key, "is " + value + "; give " + fault);
            return fallback;
        }
        return value.longValue();
    }

    /** True or false, or the fallback where the key is missing. */
    public boolean bool(String key, boolean fallback) {
        Boolean value = value(key, Boolean.class, "true or false");
        return value == null ? fallback : value;
    }

    /** One of an enum's constants by its name in lower case, or the fallback where the key is missing. */
    public <E extends Enum<E>> E choice(String key, E fallback) {
        String value = optionalString(key);
        E constant = value == null ? null : constant(key, value, fallback.getDeclaringClass());
        return constant == null ? fallback : constant;
    }

    /** A list of an enum's constants by their names in lower case, empty where the key is missing. */
    public <E extends Enum<E>> List<E> choices(String key, Class<E> type) {
        List<E> constants = new ArrayList<>();
        elements(key, String.class, "strings").forEach((element, name) -> {
            E constant = constant(element, name, type);
            if (constant != null) {
                constants.add(constant);
            }
        });
        return constants;
    }

    /** A list of strings, empty where the key is missing. */
    public List<String> strings(String key) {
        return new ArrayList<>(elements(key, String.class, "strings").values());
    }

    /** A string alone or a list of strings, empty where the key is missing. */
    public List<String> stringOrStrings(String key) {
        return json.getValue(key) instanceof JsonArray ? strings(key) : optionalStrings(key);
    }

    private List<String> optionalStrings(String key) {
        String alone = value(key, String.class, "a string or a list of strings");
        return alone == null ? List.of() : List.of(alone);
    }

    /** A list of whole numbers from {@code min} to {@code max}, empty where the key is missing. */
    public List<Integer> integers(String key, int min, int max) {
        List<Integer> values = new ArrayList<>();
        elements(key, Number.class, "whole numbers").forEach((element, number) -> {
            String fault = wholeNumberFault(number, min, max);
            if (fault == null) {
                values.add(number.intValue());
            } else {
                problem(element, "is " + number + "; give " + fault);
            }
        });
        return values;
    }

    /**
     * Which one of these keys the object has, for an object that is one of several kinds; null with the problem noted
     * where it has none of them or several.
     */
    public @Nullable String oneOf(List<String> kinds) {
        known.addAll(kinds);
        List<String> present = kinds.stream().filter(json::containsKey).toList();
        if (present.size() == 1) {
            return present.get(0);
        }
        // A wrong key in their place is told by end(), with the nearest kind.
        if (present.size() > 1 || json.isEmpty()) {
            String what = json.isEmpty() ? "is empty" : "has " + String.join(" and ", present);
            problem("", what + "; give exactly one of " + String.join(", ", kinds));
        }
        return null;
    }

    /**
     * The object under that key; an empty one where the key is missing. Asked again it is the same reader, so that
     * several features may each read their share of one object.
     */
    public JsonReader object(String key) {
        JsonReader sameAsBefore = children.get(at(key));
        if (sameAsBefore != null) {
            return sameAsBefore;
        }
        boolean isThere = has(key);
        JsonObject value = value(key, JsonObject.class, "an object");
        // Where something else stands, one problem is enough: what the object would have to hold is not told as well.
        Problems told = isThere && value == null ? new Problems(at(key)) : problems;
        return child(at(key), value == null ? new JsonObject() : value, told);
    }

    /** The objects in the list under that key, empty where the key is missing. */
    public List<JsonReader> objects(String key) {
        List<JsonReader> readers = new ArrayList<>();
        elements(key, JsonObject.class, "objects")
                .forEach((element, value) -> readers.add(child(at(element), value, problems)));
        return readers;
    }

    /** The objects below that key by their own keys, in order; empty where the key is missing. */
    public Map<String, JsonReader> entries(String key) {
        JsonReader parent = object(key);
        Map<String, JsonReader> readers = new LinkedHashMap<>();
        for (String name : parent.keys()) {
            readers.put(name, parent.object(name));
        }
        return readers;
    }

    /** Notes every key here and below that nobody asked for. Call it once, on the whole document. */
    public void end() {
        for (String key : json.fieldNames()) {
            if (!known.contains(key) && !(path.isEmpty() && key.equals(SCHEMA))) {
                String all = known.isEmpty() ? "" : "; known are " + String.join(", ", known);
                problem(key, "is not known here" + NearestName.question(key, known, all));
            }
        }
        children.values().forEach(JsonReader::end);
    }

    private JsonReader child(String childPath, JsonObject value, Problems told) {
        JsonReader reader = new JsonReader(childPath, value, told, shared);
        children.put(childPath, reader);
        return reader;
    }

    private <T> @Nullable T value(String key, Class<T> type, String expected) {
        known.add(key);
        Object value = json.getValue(key);
        if (value == null) {
            return null;
        }
        if (!type.isInstance(value)) {
            problem(key, "is " + describe(value) + "; give " + expected);
            return null;
        }
        return type.cast(value);
    }

    /** The right values of a list by their own keys, such as {@code roles[0]}. */
    private <T> Map<String, T> elements(String key, Class<T> type, String expected) {
        JsonArray array = value(key, JsonArray.class, "a list of " + expected);
        Map<String, T> values = new LinkedHashMap<>();
        for (int i = 0; array != null && i < array.size(); i++) {
            String element = key + "[" + i + "]";
            Object value = array.getValue(i);
            if (type.isInstance(value)) {
                values.put(element, type.cast(value));
            } else {
                problem(element, "is " + describe(value) + "; the list holds " + expected);
            }
        }
        return values;
    }

    private <E extends Enum<E>> @Nullable E constant(String key, String value, Class<E> type) {
        List<String> names = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            String name = constant.name().toLowerCase(Locale.ROOT);
            if (name.equals(value)) {
                return constant;
            }
            names.add(name);
        }
        String allowed = String.join(", ", names);
        problem(key, "is \"" + value + "\"; give one of " + allowed + NearestName.question(value, names, ""));
        return null;
    }

    /** What to give in place of a number that is no whole one or out of its bounds; null for a right one. */
    private static @Nullable String wholeNumberFault(Number value, long min, long max) {
        String bounds = "a number from " + min + " to " + max;
        if (Double.isInfinite(value.doubleValue())) {
            return bounds;
        }
        BigDecimal exact = new BigDecimal(value.toString());
        if (exact.stripTrailingZeros().scale() > 0) {
            return "a whole number";
        }
        boolean inside = exact.compareTo(BigDecimal.valueOf(min)) >= 0 && exact.compareTo(BigDecimal.valueOf(max)) <= 0;
        return inside ? null : bounds;
    }

    private static String describe(@Nullable Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof JsonObject) {
            return "an object";
        }
        if (value instanceof JsonArray) {
            return "a list";
        }
        return value instanceof String ? "\"" + value + "\"" : value.toString();
    }
}
