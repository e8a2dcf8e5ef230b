package dev.rowhound.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.config.JsonReader;
import dev.rowhound.config.Problems;
import dev.rowhound.recipe.pattern.BoundedPattern;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class PatternReaderTest {
    private final Problems problems = new Problems("test");

    private JsonReader reader(JsonObject json) {
        return new JsonReader(json, problems);
    }

    @Test
    void readsAnExpression() {
        JsonReader reader = reader(new JsonObject().put("p", "[a-z]+"));
        assertThat(PatternReader.read(reader, "p"))
                .extracting(BoundedPattern::toString)
                .isEqualTo("[a-z]+");
        assertThat(PatternReader.read(reader, "missing")).isNull();
        assertThat(problems.list()).isEmpty();
    }

    @Test
    void tellsWhatIsWrongWithItsPlace() {
        JsonReader reader = reader(new JsonObject()
                .put(
                        "o",
                        new JsonObject()
                                .put("a", "[a")
                                .put("b", "")
                                .put("c", "(?:x|(a|aa)+)\\1?!")
                                .put("d", 1)));
        for (String key : new String[] {"a", "b", "c", "d"}) {
            assertThat(PatternReader.read(reader.object("o"), key)).isNull();
        }
        assertThat(problems.list()).hasSize(4);
        assertThat(problems.list().get(0))
                .hasToString("o.a: is not a regular expression: Unclosed character class at character 2");
        assertThat(problems.list().get(1)).hasToString("o.b: is empty; set a regular expression or omit the key");
        assertThat(problems.list().get(2).toString()).startsWith("o.c: backtracks too much");
    }

    @Test
    void aDocumentOfManyHoldsItsThreadForAShortTime() {
        JsonObject many = new JsonObject();
        for (int i = 0; i < 5_000; i++) {
            many.put("p" + i, ".*" + i + ".*,.*;.*" + i);
        }
        JsonReader reader = reader(many);
        PatternReader.read(reader, "p0");
        long begun = System.nanoTime();
        many.fieldNames().forEach(key -> PatternReader.read(reader, key));
        // Tried each for itself, they take a minute.
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
    }
}
