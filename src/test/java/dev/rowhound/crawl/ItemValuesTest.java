package dev.rowhound.crawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemError;
import dev.rowhound.job.ItemInput;
import dev.rowhound.recipe.Start;
import dev.rowhound.recipe.pattern.BoundedPattern;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ItemValuesTest {
    private static final Map<String, Start.Variable> VARIABLES =
            Map.of("path", new Start.Variable("Class name", BoundedPattern.compile("\\.(\\w)"), "/$1"));

    @Test
    void valuesAreEscaped() throws LookupException {
        ItemValues values = values("0100 /é?&#%", Map.of("key", "a column's", "note", "{x}"));
        assertThat(values.address("https://x.example/{key}?q={note}"))
                .isEqualTo("https://x.example/0100%20%2F%C3%A9%3F%26%23%25?q=%7Bx%7D");
        assertThat(values.address("https://x.example/{?key,note}"))
                .isEqualTo("https://x.example/?key=0100%20%2F%C3%A9%3F%26%23%25&note=%7Bx%7D");
    }

    @Test
    void variablesAreMadeFromOtherValues() throws LookupException {
        ItemValues values = new ItemValues(
                new Start("", VARIABLES, false), new ItemInput("job", 1, "k", Map.of("Class name", "org.a.B")));
        assertThat(values.address("http://x.example/{+path}.html")).isEqualTo("http://x.example/org/a/B.html");
        assertThat(values.address("http://x.example/{path}")).isEqualTo("http://x.example/org%2Fa%2FB");
    }

    @Test
    void textsAreFilledInAsTheyAre() throws LookupException {
        ItemValues values = values("a&b $1", Map.of("full name", "N N"));
        assertThat(values.text("{key}, {full name}!", "steps[0]")).isEqualTo("a&b $1, N N!");
        assertThat(values.text("{}", "steps[0]")).isEqualTo("{}");
    }

    @Test
    void whatIsMissingIsNamed() {
        assertMissing(() -> values("k", Map.of()).address("http://x.example/{key}/{+year,month*}"), "year", "start");
        assertMissing(() -> values("k", Map.of()).text("{year}", "steps[3]"), "year", "steps[3]");
        assertMissing(
                () -> new ItemValues(new Start("", VARIABLES, false), new ItemInput("job", 1, "k", Map.of())),
                "Class name",
                "start");
    }

    @Test
    void onlyWebAddressesAreOpened() {
        for (String address : new String[] {"file:///etc/passwd", "/etc", "javascript:alert(1)", "chrome://version"}) {
            ItemError error = error(() -> values(address, Map.of()).address("{+key}"));
            assertThat(error.code()).as(address).isEqualTo(ErrorCode.NAVIGATION);
        }
    }

    private static ItemValues values(String key, Map<String, String> columns) throws LookupException {
        return new ItemValues(new Start("", Map.of(), false), new ItemInput("job", 1, key, columns));
    }

    private static void assertMissing(Attempt attempt, String column, String step) {
        ItemError error = error(attempt);
        assertThat(error.code()).isEqualTo(ErrorCode.INVALID_INPUT);
        assertThat(error.step()).isEqualTo(step);
        assertThat(error.message()).contains("\"" + column + "\"");
    }

    private static ItemError error(Attempt attempt) {
        LookupException thrown = catchThrowableOfType(LookupException.class, attempt::run);
        return Objects.requireNonNull(thrown.result().error());
    }

    private interface Attempt {
        Object run() throws LookupException;
    }
}
