package dev.trawl.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trawl.recipe.Field;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldTypeTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-12, -12",
        "+7, 7",
        "1234567, 1234567",
        "'1,234,567', 1234567",
        "1.234.567, 1234567",
        "1 234, 1234",
        "9223372036854775807, 9223372036854775807"
    })
    void integers(String text, long value) {
        assertThat(FieldType.parse(Field.Type.INTEGER, text)).contains(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "1.5", "1.23", "12.3456", "1234,567", "1,234.567", "1.", "9223372036854775808", "1 2"})
    void noIntegers(String text) {
        assertThat(FieldType.parse(Field.Type.INTEGER, text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-1.5, -1.5", "'1,234.5', 1234.5", "1 234 567, 1234567", "0.001, 0.001", "1.234, 1.234"})
    void numbers(String text, double value) {
        assertThat(FieldType.parse(Field.Type.NUMBER, text)).contains(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "NaN", "1,5", "1.234.567", ".5", "5.", "1e3", "12 €"})
    void noNumbers(String text) {
        assertThat(FieldType.parse(Field.Type.NUMBER, text)).isEmpty();
    }
}
