package dev.rowhound.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JsonReaderTest {
    private enum Colour {
        RED,
        DARK_BLUE
    }

    private final Problems problems = new Problems("document");

    private JsonReader reader(String json) {
        return new JsonReader(new JsonObject(json.replace('\'', '"')), problems);
    }

    private List<String> told() {
        return problems.list().stream().map(Problems.Problem::toString).toList();
    }

    @Test
    void readsEveryKindOfValue() {
        JsonReader reader = reader("""
                {'$schema': 'x.json', 's': 'text', 'i': 7, 'l': 5000000000, 'whole': 3.0, 'b': true, 'c': 'dark_blue',
                 'ss': ['a', 'b'], 'is': [1, 2], 'cs': ['red', 'dark_blue'], 'o': {'x': 1},
                 'os': [{'x': 2}, {'x': 3}], 'm': {'first': {'x': 4}, 'second': {'x': 5}}}""");

        assertThat(reader.string("s", "other")).isEqualTo("text");
        assertThat(reader.optionalText("s")).isEqualTo("text");
        assertThat(reader.requiredString("s")).isEqualTo("text");
        assertThat(reader.integer("i", 1, 0, 10)).isEqualTo(7);
        assertThat(reader.wholeNumber("l", 1, 0, 6_000_000_000L)).isEqualTo(5_000_000_000L);
        assertThat(reader.integer("whole", 1, 0, 10)).isEqualTo(3);
        assertThat(reader.bool("b", false)).isTrue();
        assertThat(reader.choice("c", Colour.RED)).isEqualTo(Colour.DARK_BLUE);
        assertThat(reader.strings("ss")).containsExactly("a", "b");
        assertThat(reader.integers("is", 1, 2)).containsExactly(1, 2);
        assertThat(reader.choices("cs", Colour.class)).containsExactly(Colour.RED, Colour.DARK_BLUE);
        assertThat(reader.object("o").integer("x", 0, 0, 10)).isEqualTo(1);
        assertThat(reader.objects("os"))
                .extracting(one -> one.integer("x", 0, 0, 10))
                .containsExactly(2, 3);
        assertThat(reader.entries("m").keySet()).containsExactly("first", "second");
        reader.entries("m").values().forEach(one -> one.integer("x", 0, 4, 5));
        reader.end();
        assertThat(told()).isEmpty();
    }

    @Test
    void givesTheFallbackForAMissingKeyAndForNull() {
        JsonReader reader = reader("{'null': null}");

        for (String key : List.of("missing", "null")) {
            assertThat(reader.has(key)).isFalse();
            assertThat(reader.string(key, "fallback")).isEqualTo("fallback");
            assertThat(reader.optionalString(key)).isNull();
            assertThat(reader.optionalText(key)).isNull();
            assertThat(reader.integer(key, 5, 0, 10)).isEqualTo(5);
            assertThat(reader.bool(key, true)).isTrue();
            assertThat(reader.choice(key, Colour.RED)).isEqualTo(Colour.RED);
            assertThat(reader.strings(key)).isEmpty();
            assertThat(reader.integers(key, 0, 1)).isEmpty();
            assertThat(reader.choices(key, Colour.class)).isEmpty();
            assertThat(reader.objects(key)).isEmpty();
            assertThat(reader.entries(key)).isEmpty();
            assertThat(reader.isEmptyList(key)).isFalse();
        }
        reader.end();
        assertThat(told()).isEmpty();
    }

    @Test
    void tellsEveryProblemAtOnceWithItsPath() {
        JsonReader reader = reader("""
                {'s': 1, 'empty': ' ', 'half': 1.5, 'far': 11, 'huge': 18446744073709551617, 'beyond': 1e999,
                 'b': 'yes', 'c': 'rad', 'ss': ['a', 2], 'is': ['x', 9, 1],
                 'cs': [1, 'DARK_BLUE'], 'o': [], 'os': [1, {'x': 'y'}]}""");

        assertThat(reader.string("s", "fallback")).isEqualTo("fallback");
        reader.requiredString("missing");
        reader.requiredString("empty");
        for (String key : List.of("half", "far", "huge", "beyond")) {
            assertThat(reader.integer(key, 5, 0, 10)).isEqualTo(5);
        }
        reader.bool("b", false);
        reader.choice("c", Colour.DARK_BLUE);
        assertThat(reader.strings("ss")).containsExactly("a");
        assertThat(reader.integers("is", 0, 5)).containsExactly(1);
        assertThat(reader.choices("cs", Colour.class)).isEmpty();
        assertThat(reader.object("o").has("x")).isFalse();
        reader.objects("os").get(0).integer("x", 0, 0, 1);

        assertThat(told())
                .containsExactly(
                        "s: is 1; use a string",
                        "missing: is missing; set a string",
                        "empty: is empty",
                        "half: is 1.5; use a whole number",
                        "far: is 11; use a number from 0 to 10",
                        "huge: is 18446744073709551617; use a number from 0 to 10",
                        "beyond: is Infinity; use a number from 0 to 10",
                        "b: is \"yes\"; use true or false",
                        "c: is \"rad\"; use one of red, dark_blue; did you mean \"red\"?",
                        "ss[1]: is 2; the list must contain strings",
                        "is[0]: is \"x\"; the list must contain whole numbers",
                        "is[1]: is 9; use a number from 0 to 5",
                        "cs[0]: is 1; the list must contain strings",
                        "cs[1]: is \"DARK_BLUE\"; use one of red, dark_blue; did you mean \"dark_blue\"?",
                        "o: is a list; use an object",
                        "os[0]: is 1; the list must contain objects",
                        "os[1].x: is \"y\"; use a whole number");
    }

    @Test
    void findsUnknownKeysAtEveryDepth() {
        JsonReader reader = reader("{'prot': 1, 'http': {'hots': 'x', '$schema': 'y'}, 'list': [{'zzz': 1}]}");
        reader.integer("port", 1, 0, 10);
        reader.object("http").string("host", "");
        reader.objects("list").get(0).string("name", "");
        reader.end();

        assertThat(told())
                .containsExactly(
                        "prot: is unknown; did you mean \"port\"?",
                        "http.hots: is unknown; did you mean \"host\"?",
                        "http.$schema: is unknown; valid keys are host",
                        "list[0].zzz: is unknown; valid keys are name");
    }

    @Test
    void severalFeaturesReadTheirShareOfOneObject() {
        JsonReader reader = reader("{'redis': {'url': 'x', 'embedded': {'port': 1}, 'other': 1}}");
        reader.object("redis").optionalString("url");
        reader.object("redis").object("embedded").integer("port", 0, 0, 1);
        reader.end();

        assertThat(told()).containsExactly("redis.other: is unknown; valid keys are url, embedded");
    }

    @Test
    void readsAnObjectOfOneOfSeveralKinds() {
        JsonReader reader = reader("{'of': [{'click': {}}, {}, {'click': {}, 'fill': {}}, {'clack': {}}]}");
        List<JsonReader> steps = reader.objects("of");
        List<String> kinds = List.of("click", "fill");

        assertThat(steps.get(0).oneOf(kinds)).isEqualTo("click");
        for (JsonReader faulty : steps.subList(1, 4)) {
            assertThat(faulty.oneOf(kinds)).isNull();
        }
        reader.end();
        assertThat(told())
                .containsExactly(
                        "of[1]: is empty; use exactly one of click, fill",
                        "of[2]: has click and fill; use exactly one of click, fill",
                        "of[3].clack: is unknown; did you mean \"click\"?");
    }

    @Test
    void throwsWithEveryProblemAndTheDocumentsName() {
        problems.throwIfAny();
        problems.add("a.b", "is wrong");
        Problems other = new Problems("other.json");
        other.add("c", "is wrong too");
        other.add("", "is broken");
        problems.addAll(other);

        assertThatThrownBy(problems::throwIfAny)
                .isInstanceOf(InvalidConfigException.class)
                .hasMessage("document cannot be used:\n  a.b: is wrong\n  other.json: c: is wrong too\n"
                        + "  other.json: is broken");
    }
}
