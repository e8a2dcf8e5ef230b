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
 * Reads one JSON object key by key. A null value counts as missing. A value of the wrong type or out of range is
 * reported as a problem and replaced by the default, so that one run reports all problems. {@link #end()} reports
 * unknown keys with the nearest known one.
 */
public final class JsonReader {
    /** Names the JSON schema for editors; allowed at the top of every document. */
    private static final String SCHEMA = "$schema";

    private final String path;
    private final JsonObject json;
    private final Problems problems;
    private final Set<String> known = new LinkedHashSet<>();
    private final Map<String, JsonReader> children = new LinkedHashMap<>();
    private final Map<Class<?>, Object> shared;

    public JsonReader(JsonObject json, Problems problems) {
        this("", json, problems, new HashMap<>());
    }

    private JsonReader(String path, JsonObject json, Problems problems, Map<Class<?>, Object> shared) {
        this.shared = shared;
        this.path = path;
        this.json = json;
        this.problems = problems;
    }

    /** Returns the document's single instance of a class, created by the first call at any place of the document. */
    public <T> T shared(Class<T> kind, Supplier<T> make) {
        return kind.cast(shared.computeIfAbsent(kind, none -> make.get()));
    }

    /** Returns whether the key is present and not null. */
    public boolean has(String key) {
        known.add(key);
        return json.getValue(key) != null;
    }

    public boolean isEmptyList(String key) {
        known.add(key);
        return json.getValue(key) instanceof JsonArray array && array.isEmpty();
    }

    /** Reports a list that is missing or empty, and what to give. */
    public void requireElements(String key, String wanted) {
        if (!has(key) || isEmptyList(key)) {
            problem(key, "is missing or empty; set " + wanted);
        }
    }

    /** Returns the length of the list, or -1 if the value is not a list. */
    public int listSize(String key) {
        known.add(key);
        return json.getValue(key) instanceof JsonArray array ? array.size() : -1;
    }

    /** Returns all keys of the object and marks them as known. */
    public Set<String> keys() {
        known.addAll(json.fieldNames());
        return new LinkedHashSet<>(json.fieldNames());
    }

    /** Returns the full path of a key of this object, for messages. */
    public String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Reports a problem of a key; an empty key stands for this object. */
    public void problem(String key, String message) {
        problems.add(key.isEmpty() ? path : at(key), message);
    }

    public String string(String key, String fallback) {
        String value = optionalString(key);
        return value == null ? fallback : value;
    }

    /** Returns a string, or null if the key is missing. */
    public @Nullable String optionalString(String key) {
        return value(key, String.class, "a string");
    }

    /** Returns a string that must be present and not blank; the empty string stands for a missing one. */
    public String requiredString(String key) {
        String value = optionalString(key);
        if (value == null) {
            if (json.getValue(key) == null) {
                problem(key, "is missing; set a string");
            }
            return "";
        }
        if (value.isBlank()) {
            problem(key, "is empty");
        }
        return value;
    }

    /** Returns a string that must not be blank, or null if the key is missing. */
    public @Nullable String optionalText(String key) {
        return has(key) ? requiredString(key) : null;
    }

    public int integer(String key, int fallback, int min, int max) {
        return (int) wholeNumber(key, fallback, min, max);
    }

    /** Returns a whole number in the given range, or the fallback if the key is missing or invalid. */
    public long wholeNumber(String key, long fallback, long min, long max) {
        Number value = value(key, Number.class, "a whole number");
        if (value == null) {
            return fallback;
        }
        String fault = wholeNumberFault(value, min, max);
        if (fault != null) {
            problem(key, "is " + value + "; use " + fault);
            return fallback;
        }
        return value.longValue();
    }

    public boolean bool(String key, boolean fallback) {
        Boolean value = value(key, Boolean.class, "true or false");
        return value == null ? fallback : value;
    }

    /** Returns the enum constant whose lower-case name the key holds, or the fallback. */
    public <E extends Enum<E>> E choice(String key, E fallback) {
        String value = optionalString(key);
        E constant = value == null ? null : constant(key, value, fallback.getDeclaringClass());
        return constant == null ? fallback : constant;
    }

    /** Returns the enum constants whose lower-case names the list holds; empty if the key is missing. */
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

    public List<String> strings(String key) {
        return new ArrayList<>(elements(key, String.class, "strings").values());
    }

    /** Returns a list of strings, also for a single string; empty if the key is missing. */
    public List<String> stringOrStrings(String key) {
        return json.getValue(key) instanceof JsonArray ? strings(key) : optionalStrings(key);
    }

    private List<String> optionalStrings(String key) {
        String alone = value(key, String.class, "a string or a list of strings");
        return alone == null ? List.of() : List.of(alone);
    }

    /** Returns a list of whole numbers in the given range; empty if the key is missing. */
    public List<Integer> integers(String key, int min, int max) {
        List<Integer> values = new ArrayList<>();
        elements(key, Number.class, "whole numbers").forEach((element, number) -> {
            String fault = wholeNumberFault(number, min, max);
            if (fault == null) {
                values.add(number.intValue());
            } else {
                problem(element, "is " + number + "; use " + fault);
            }
        });
        return values;
    }

    /**
     * Returns which of the given keys is present. Reports a problem and returns null unless exactly one is.
     */
    public @Nullable String oneOf(List<String> kinds) {
        known.addAll(kinds);
        List<String> present = kinds.stream().filter(json::containsKey).toList();
        if (present.size() == 1) {
            return present.get(0);
        }
        // Otherwise end() reports the wrong key and suggests the nearest kind.
        if (present.size() > 1 || json.isEmpty()) {
            String what = json.isEmpty() ? "is empty" : "has " + String.join(" and ", present);
            problem("", what + "; use exactly one of " + String.join(", ", kinds));
        }
        return null;
    }

    /**
     * Returns a reader for a nested object, which is empty if the key is missing. Repeated calls return the same
     * reader, so that several features can share an object.
     */
    public JsonReader object(String key) {
        JsonReader existing = children.get(at(key));
        if (existing != null) {
            return existing;
        }
        boolean present = has(key);
        JsonObject value = value(key, JsonObject.class, "an object");
        // Report one problem for a value of the wrong type, not also each key that the object would have to hold.
        Problems reported = present && value == null ? new Problems(at(key)) : problems;
        return child(at(key), value == null ? new JsonObject() : value, reported);
    }

    /** Returns a reader for each object of a list; empty if the key is missing. */
    public List<JsonReader> objects(String key) {
        List<JsonReader> readers = new ArrayList<>();
        elements(key, JsonObject.class, "objects")
                .forEach((element, value) -> readers.add(child(at(element), value, problems)));
        return readers;
    }

    /** Returns a reader for each nested object, by key and in order; empty if the key is missing. */
    public Map<String, JsonReader> entries(String key) {
        JsonReader parent = object(key);
        Map<String, JsonReader> readers = new LinkedHashMap<>();
        for (String name : parent.keys()) {
            readers.put(name, parent.object(name));
        }
        return readers;
    }

    /** Reports the keys of this object and its children that no call has read. Call it once, on the root. */
    public void end() {
        for (String key : json.fieldNames()) {
            if (!known.contains(key) && !(path.isEmpty() && key.equals(SCHEMA))) {
                String all = known.isEmpty() ? "" : "; valid keys are " + String.join(", ", known);
                problem(key, "is unknown" + NearestName.question(key, known, all));
            }
        }
        children.values().forEach(JsonReader::end);
    }

    private JsonReader child(String childPath, JsonObject value, Problems reported) {
        JsonReader reader = new JsonReader(childPath, value, reported, shared);
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
            problem(key, "is " + describe(value) + "; use " + expected);
            return null;
        }
        return type.cast(value);
    }

    /** Returns the list's valid values by element path, such as {@code roles[0]}. */
    private <T> Map<String, T> elements(String key, Class<T> type, String expected) {
        JsonArray array = value(key, JsonArray.class, "a list of " + expected);
        Map<String, T> values = new LinkedHashMap<>();
        for (int i = 0; array != null && i < array.size(); i++) {
            String element = key + "[" + i + "]";
            Object value = array.getValue(i);
            if (type.isInstance(value)) {
                values.put(element, type.cast(value));
            } else {
                problem(element, "is " + describe(value) + "; the list must contain " + expected);
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
        problem(key, "is \"" + value + "\"; use one of " + allowed + NearestName.question(value, names, ""));
        return null;
    }

    /** Returns what to give instead of an invalid number; null if the number is valid. */
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
