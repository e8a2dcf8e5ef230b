package dev.rowhound.recipe.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class BoundedPatternTest {
    private static final Budget FREE = Budget.until(() -> false);

    @Test
    void matchesAsJavaDoes() {
        BoundedPattern pattern = BoundedPattern.compile("(\\d+)-(\\d+)");
        assertThat(pattern.find("a 12-34 b", FREE)).isTrue();
        assertThat(pattern.matches("a 12-34 b", FREE)).isFalse();
        assertThat(pattern.first("a 12-34 b", FREE)).contains("12");
        assertThat(pattern.first("a", FREE)).isEmpty();
        assertThat(BoundedPattern.compile("\\d+").first("a 12", FREE)).contains("12");
        assertThat(BoundedPattern.compile("(a)?b").first("b", FREE)).isEmpty();
        assertThat(pattern.replaceAll("1-2 3-4", "$2+$1", FREE)).isEqualTo("2+1 4+3");
        assertThat(pattern.groupCount()).isEqualTo(2);
    }

    @Test
    void givesUpAfterSoManySteps() {
        BoundedPattern pattern = BoundedPattern.compile("(?:a|aa)+\\1?$|((x))");
        String text = "a".repeat(60) + "b";
        assertThatThrownBy(() -> pattern.find(text, Budget.ofSteps(100_000)))
                .isInstanceOf(BudgetExceededException.class)
                .hasMessageContaining("takes more than 100000 steps on this text");
        assertThatThrownBy(() -> pattern.find(text, FREE)).isInstanceOf(BudgetExceededException.class);
    }

    @Test
    void givesUpWhenTheTimeIsOver() {
        AtomicInteger looks = new AtomicInteger();
        assertThatThrownBy(() -> BoundedPattern.compile("\\d+x")
                        .find("1".repeat(100_000), Budget.until(() -> looks.incrementAndGet() > 3)))
                .isInstanceOf(BudgetExceededException.class)
                .hasMessageContaining("did not finish in time");
        assertThat(looks).hasValue(4);
    }

    @Test
    void aStackThatOverflowsIsAFailureLikeOthers() {
        assertThatThrownBy(() -> BoundedPattern.compile("(?:a|b)*c").find("ab".repeat(500_000), FREE))
                .isInstanceOf(BudgetExceededException.class)
                .hasMessageContaining("repeats a group too often");
        assertThatThrownBy(() -> BoundedPattern.compile("(".repeat(100_000) + ")".repeat(100_000)))
                .isInstanceOf(PatternSyntaxException.class);
    }
}
