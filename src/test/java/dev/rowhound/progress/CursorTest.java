package dev.rowhound.progress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {
    @Test
    void readsWhatItWrites() {
        Cursor cursor = new Cursor(17, "9f3a01bc");

        assertThat(cursor).hasToString("17.9f3a01bc");
        assertThat(Cursor.parse("17.9f3a01bc")).isEqualTo(cursor);
        assertThat(Cursor.parse(Cursor.START.toString())).isEqualTo(Cursor.START);
    }

    @Test
    void takesZeroForTheBeginning() {
        assertThat(Cursor.parse("0")).isEqualTo(Cursor.START);
    }

    @Test
    void takesLongNumbers() {
        assertThat(Cursor.parse("999999999999999999.00000000"))
                .isEqualTo(new Cursor(999_999_999_999_999_999L, "00000000"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "17",
                "17.",
                ".9f3a01bc",
                "17.9f3a01b",
                "17.9f3a01bcd",
                "17.9F3A01BC",
                "-1.9f3a01bc",
                "1000000000000000000.9f3a01bc",
                " 17.9f3a01bc",
                "17.9f3a01bc\n",
                "abc"
            })
    void isNoneForAnythingElse(String wire) {
        assertThat(Cursor.parse(wire)).isNull();
    }
}
