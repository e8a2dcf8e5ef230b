package dev.rowhound.crawl.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.recipe.Field;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldTypeTest {
    private static final String BASE = "https://example.org/a/b?c#d";

    private static Field field(Field.Type type, @Nullable String format) {
        return new Field("", null, null, Field.Take.FIRST, null, type, false, false, format, Map.of());
    }

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
        assertThat(FieldType.parse(field(Field.Type.INTEGER, null), text, BASE, null))
                .contains(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "1.5", "1.23", "12.3456", "1234,567", "1,234.567", "1.", "9223372036854775808", "1 2"})
    void noIntegers(String text) {
        assertThat(FieldType.parse(field(Field.Type.INTEGER, null), text, BASE, null))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-1.5, -1.5", "'1,234.5', 1234.5", "1 234 567, 1234567", "0.001, 0.001", "1.234, 1.234"})
    void numbers(String text, double value) {
        assertThat(FieldType.parse(field(Field.Type.NUMBER, null), text, BASE, null))
                .contains(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "NaN", "1,5", "1.234.567", ".5", "5.", "1e3", "12 €"})
    void noNumbers(String text) {
        assertThat(FieldType.parse(field(Field.Type.NUMBER, null), text, BASE, null))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-22,, 2026-11-22",
        "2026-11-22T04:05:06Z,, 2026-11-22T04:05:06Z",
        "2026-11-22 04:05,, 2026-11-22T04:05",
        "22/11/2026, dd/MM/yyyy, 2026-11-22",
        "2/1/2026, d/M/yyyy, 2026-01-02",
        "22 nov 2026, d MMM yyyy, 2026-11-22",
        "29/02/2024, dd/MM/uuuu, 2024-02-29",
        "ngày 22 tháng 11 năm 2026, 'ngày' d 'tháng' M 'năm' yyyy, 2026-11-22",
        "22/11/2026 16:05, dd/MM/yyyy HH:mm, 2026-11-22T16:05",
    })
    void dates(String text, String format, String value) {
        assertThat(FieldType.parse(field(Field.Type.DATE, format), text, BASE, null))
                .contains(value);
    }

    @ParameterizedTest
    @CsvSource({
        "22/11/2026,",
        "31/02/2026, dd/MM/yyyy",
        "29/02/2026, dd/MM/yyyy",
        "2026-13-01,",
        "soon, d/M/yyyy",
        "11/2026, M/yyyy"
    })
    void noDates(String text, String format) {
        assertThat(FieldType.parse(field(Field.Type.DATE, format), text, BASE, null))
                .isEmpty();
    }

    @Test
    void monthsHaveTheirNamesInTheSitesLanguage() {
        assertThat(FieldType.parse(field(Field.Type.DATE, "d MMMM yyyy"), "22 novembre 2026", BASE, "fr-FR"))
                .contains("2026-11-22");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x|https://example.org/a/x",
                "/x|https://example.org/x",
                "?q=1|https://example.org/a/b?q=1",
                "#e|https://example.org/a/b?c#e",
                "../../../x/./y/..|https://example.org/x/",
                "//Other.example:443/|https://other.example/",
                "HTTP://EXAMPLE.org:80|http://example.org/",
                "http://a:8080/b|http://a:8080/b",
                "https:x|https://example.org/a/x",
                "a b/ü?ü 'x'|https://example.org/a/a%20b/%C3%BC?%C3%BC%20%27x%27",
                "\\\\x\\y|https://x/y",
                "https://bücher.example/|https://xn--bcher-kva.example/",
                "a:b/../c|",
                "mailto:a@b.example|",
                "javascript:void(0)|",
                "http://|",
                "http://a b/|",
                "http:x|",
            })
    void addresses(String text, String value) {
        assertThat(FieldType.parse(field(Field.Type.URL, null), text, BASE, null))
                .isEqualTo(Optional.ofNullable(value));
    }
}
