package dev.rowhound.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.recipe.Input.CheckDigit;
import dev.rowhound.recipe.Input.Normalise;
import dev.rowhound.recipe.pattern.BoundedPattern;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InputTest {
    private static final CheckDigit TAX_CODE = new CheckDigit(List.of(31, 29, 23, 19, 17, 13, 7, 5, 3), 11, 10);
    private static final Input TAX_CODES = new Input(
            "tax_code",
            List.of(Normalise.NO_SPACES),
            BoundedPattern.compile("\\d{10}(-\\d{3})?"),
            "give ten digits, and a hyphen and three more for a branch",
            TAX_CODE);
    private static final Input ANY = new Input(null, List.of(), null, null, null);

    @ParameterizedTest
    @CsvSource({
        "TRIM, ' \ta b\u00A0\u200B', a b",
        "NO_SPACES, ' 01 00\u00A0109\t106\uFEFF', 0100109106",
        "UPPER, straße i, STRASSE I",
        "LOWER, ĐẶNG I, đặng i",
        "TRIM, '   ', ''",
    })
    void eachWayToNormalise(Normalise way, String raw, String key) {
        assertThat(new Input(null, List.of(way), null, null, null).normalise(raw))
                .isEqualTo(key);
    }

    @Test
    void waysToNormaliseApplyInOrder() {
        Input input = new Input(null, List.of(Normalise.TRIM, Normalise.UPPER), null, null, null);
        assertThat(input.normalise("  a b ")).isEqualTo("A B");
        assertThat(ANY.normalise("  a b ")).isEqualTo("  a b ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0100109106", "0300588569", "0101248141", "0100109106-001"})
    void taxCodesWithTheRightCheckDigitPass(String code) {
        assertThat(TAX_CODES.problem(code)).isNull();
    }

    @Test
    void everyOtherCheckDigitIsRefusedAndTheRightOneTold() {
        for (char digit = '0'; digit <= '9'; digit++) {
            String problem = TAX_CODES.problem("010010910" + digit);
            if (digit == '6') {
                assertThat(problem).isNull();
            } else {
                assertThat(problem)
                        .isEqualTo("the check digit is wrong: digit 10 is " + digit
                                + ", but the digits before it require 6; look for a mistyped digit");
            }
        }
    }

    @Test
    void complementOfZeroMeansTheRestItself() {
        Input input = new Input(null, List.of(), null, null, new CheckDigit(List.of(1, 2), 11, 0));
        assertThat(input.problem("12-5")).isNull();
        assertThat(input.problem("12-6")).contains("require 5");
        assertThat(input.problem("247")).contains("digit 3 is 7, but no check digit fits");
    }

    @Test
    void aResultBelowZeroFitsNoDigit() {
        Input input = new Input(null, List.of(), null, null, new CheckDigit(List.of(1), 11, 5));
        assertThat(input.problem("91")).contains("no check digit fits");
        assertThat(input.problem("50")).isNull();
    }

    @Test
    void tooFewDigitsAreToldWithTheirNumber() {
        Input input = new Input(null, List.of(), null, null, TAX_CODE);
        assertThat(input.problem("0100-109"))
                .isEqualTo("the key has 7 digits; use at least 10, the last of which is the check digit");
        assertThat(input.problem("０１００１０９１０６"))
                .as("digits of other scripts are none")
                .contains("the key has 0 digits");
    }

    @Test
    void thePatternMustMatchTheWholeKey() {
        assertThat(TAX_CODES.problem("x0100109106"))
                .isEqualTo("give ten digits, and a hyphen and three more for a branch");
        Input untold = new Input(null, List.of(), BoundedPattern.compile("[a-z]+"), null, null);
        assertThat(untold.problem("abc")).isNull();
        assertThat(untold.problem("abc1")).isEqualTo("the key does not match the pattern [a-z]+");
    }

    @Test
    @Timeout(value = 10, threadMode = ThreadMode.SEPARATE_THREAD)
    void aPatternThatBacktracksHoldsNoFile() {
        Input input = new Input(null, List.of(), BoundedPattern.compile("(?:x|(a|aa)+)\\1?!"), null, null);
        for (int i = 0; i < 100; i++) {
            assertThat(input.problem("a".repeat(900 + i)))
                    .startsWith("the key cannot be checked: the pattern (?:x|(a|aa)+)");
        }
    }

    @Test
    void anEmptyKeyIsRefusedWhateverTheRecipeSays() {
        assertThat(ANY.problem("")).isEqualTo("the key is empty; provide a value in this column");
        Input anything = new Input(null, List.of(), BoundedPattern.compile(".*"), null, null);
        assertThat(anything.problem("")).isNotNull();
    }

    @Test
    void aKeyTooLongForAnAddressIsRefused() {
        assertThat(ANY.problem("x".repeat(Input.MAX_KEY_LENGTH))).isNull();
        assertThat(ANY.problem("x".repeat(Input.MAX_KEY_LENGTH + 1)))
                .isEqualTo("the key has 1001 characters; use at most 1000");
    }
}
