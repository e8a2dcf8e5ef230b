package dev.trawl.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object key by key. A value of the wrong type or out of its bounds is noted as a problem and its
 * fallback returned, so that reading goes on and all problems are told together. {@link #end()} notes each key that
 * nobody asked for, with the nearest one that exists.
 */
public final class JsonReader {
    private static final int SUGGESTION_DISTANCE = 3;

    private final String path;
    private final JsonObject json;
    private final Problems problems;
    private final Set<String> known = new LinkedHashSet<>();
    private final List<JsonReader> children = new ArrayList<>();

    /** Reads that document, noting faults in {@code problems}. */
    public JsonReader(JsonObject json, Problems problems) {
        this("", json, problems);
    }

    private JsonReader(String path, JsonObject json, Problems problems) {
        this.path = path;
        this.json = json;
        this.problems = problems;
    }

    /** Whether the key is there and not null. */
    public boolean has(String key) {
        known.add(key);
        return json.getValue(key) != null;
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
        if (value.doubleValue() != Math.rint(value.doubleValue())) {
            problem(key, "is " + value + "; give a whole number");
            return fallback;
        }
        if (value.longValue() < min || value.longValue() > max) {
            problem(key, "is " + value + "; give a number from " + min + " to " + max);
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
        if (value == null) {
            return fallback;
        }
        E[] all = fallback.getDeclaringClass().getEnumConstants();
        List<String> names = new ArrayList<>();
        for (E one : all) {
            String name = one.name().toLowerCase(Locale.ROOT);
            if (name.equals(value)) {
                return one;
            }
            names.add(name);
        }
        problem(key, "is \"" + value + "\"; give one of " + String.join(", ", names) + suggestion(value, names));
        return fallback;
    }

    /** A regular expression in Java's syntax, or null where the key is missing. */
    public @Nullable Pattern pattern(String key) {
        String value = optionalString(key);
        if (value == null) {
            return null;
        }
        try {
            return Pattern.compile(value);
        } catch (PatternSyntaxException e) {
            problem(key, "is not a regular expression: " + e.getDescription() + " at character " + e.getIndex());
            return null;
        }
    }

    /** A list of strings, empty where the key is missing. */
    public List<String> strings(String key) {
        return list(key, String.class, "strings");
    }

    /** A list of whole numbers, empty where the key is missing. */
    public List<Integer> integers(String key) {
        return list(key, Integer.class, "whole numbers");
    }

    /** The object under that key; an empty one where the key is missing. */
    public JsonReader object(String key) {
        JsonObject value = value(key, JsonObject.class, "an object");
        return child(at(key), value == null ? new JsonObject() : value);
    }

    /** The objects in the list under that key, empty where the key is missing. */
    public List<JsonReader> objects(String key) {
        List<JsonReader> readers = new ArrayList<>();
        for (JsonObject one : list(key, JsonObject.class, "objects")) {
            readers.add(child(at(key) + "[" + readers.size() + "]", one));
        }
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
            if (!known.contains(key)) {
                problem(key, "is not known here" + suggestion(key, known));
            }
        }
        children.forEach(JsonReader::end);
    }

    private JsonReader child(String childPath, JsonObject value) {
        JsonReader reader = new JsonReader(childPath, value, problems);
        children.add(reader);
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

    private <T> List<T> list(String key, Class<T> type, String expected) {
        JsonArray array = value(key, JsonArray.class, "a list of " + expected);
        List<T> values = new ArrayList<>();
        if (array != null) {
            for (int i = 0; i < array.size(); i++) {
                Object value = array.getValue(i);
                if (type.isInstance(value)) {
                    values.add(type.cast(value));
                } else {
                    problem(key + "[" + i + "]", "is " + describe(value) + "; the list holds " + expected);
                }
            }
        }
        return values;
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

    /** {@code "; did you mean x?"} for the nearest of the names, or nothing if none is near. */
    static String suggestion(String name, Iterable<String> names) {
        String nearest = null;
        int least = SUGGESTION_DISTANCE + 1;
        for (String candidate : names) {
            int distance = distance(name, candidate);
            if (distance < least && distance < Math.max(name.length(), candidate.length())) {
                least = distance;
                nearest = candidate;
            }
        }
        if (nearest != null) {
            return "; did you mean \"" + nearest + "\"?";
        }
        String all = String.join(", ", names);
        return all.isEmpty() ? "" : "; known are " + all;
    }

    /** Levenshtein's distance: the least number of letters to insert, remove or replace. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
