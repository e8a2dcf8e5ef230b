package dev.rowhound.recipe.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class BacktrackingCheckTest {
    private static String problem(String regex) {
        return new BacktrackingCheck().problem(BoundedPattern.compile(regex));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^(?:.*,)+.*;$",
                "(?:x|(?:a|aa)+)y\\1?",
                "(?<n>(?:a|a)+)\\k<n>b",
                "\\d*\\d*\\d*\\d*\\d*\\d*x",
                "(.*)(.*)(.*)(.*)(.*)[0-9]z"
            })
    void whatGrowsWithoutBoundIsRefused(String regex) {
        assertThat(problem(regex)).startsWith("backtracks too much").contains("steps");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a+)+$",
                "^(\\d|\\d\\d)+$",
                "(\\w|\\d)+-$",
                "Total: (?:[a-z]+\\s?)+!",
                "^([\\p{L}'-]+ ?)*$",
                "^(([a-z])+.)+[A-Z]([a-z])+$"
            })
    void whatTheEngineRemembersItsWayThroughIsTaken(String regex) {
        // Java remembers where a loop has failed already, unless the expression refers back to a group.
        assertThat(problem(regex)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"(?:){2000000000}x", "(?:^){99}", "(\\b){2,}a", "(?:(?=a)){1000000}b"})
    void whatRepeatsNothingIsRefused(String regex) {
        assertThat(problem(regex)).startsWith("repeats a part that matches no character");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\d{10}(-\\d{3})?",
                "[A-Z][A-Za-z0-9_.]*",
                "(?i)no such",
                "Kết quả:\\s*(.+)",
                "\\d+ entries",
                "^\\s*(.*?)\\s*$",
                "(?s).*Name: (.*?)\\n.*",
                "\"((?:[^\"\\\\]|\\\\.)*)\"",
                "[0-9.]+(?: [A-Z]{3})?",
                "(?:\\d{1,3}(?:,\\d{3})*|\\d+)(?:\\.\\d+)?",
                "[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+",
                "https?://[^\\s\"'<>]+",
                "\\Q(a+)+\\E.*",
                "(?x) \\d+ # digits",
                "[\\p{L}&&[^a]]+",
                "(a+)++b",
                "\\bfoo\\b|^$",
                ".*",
                "x{2,5000}"
            })
    void whatPeopleWriteIsTaken(String regex) {
        assertThat(problem(regex)).isNull();
    }

    @Test
    void theLongestExpressionsAreCheckedSoon() {
        assertThat(problem("a".repeat(2_001))).isEqualTo("has 2001 characters; use at most 2000");
        problem("(a?b*)?".repeat(280)); // the first time, for the compiler
        long begun = System.nanoTime();
        problem("(a?b*)?".repeat(285));
        problem("[a-c]*x?".repeat(250));
        assertThat(problem("(".repeat(51) + "a*" + ")".repeat(51))).isEqualTo("nests groups deeper than 50");
        assertThat(problem("(".repeat(50) + "a*" + ")".repeat(50))).isNull();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    }
}
