package dev.rowhound.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.TestNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the choices of the look-up benchmark, in the program and in {@code bench/run}. */
@Timeout(30)
class CrawlChoiceTest {
    @Test
    void isTheWholeBenchWhereNothingIsSaid() throws Exception {
        CrawlChoice choice = read("--rounds 3 --json");

        assertThat(choice.turns())
                .containsExactly(
                        "160 pages at 2",
                        "160 pages at 4",
                        "160 pages at 8",
                        "320 pages at 16_slow",
                        "2,000 pages at 8 without a browser");
        assertThat(choice.sides()).containsExactly(CrawlContender.values());
        assertThat(choice.small()).isFalse();
    }

    @Test
    void isSmallWhereItIsToBeQuick() throws Exception {
        assertThat(read("--quick").turns())
                .containsExactly("24 pages at 2", "24 pages at 4_slow", "200 pages at 8 without a browser");
        assertThat(read("--quick").small()).isTrue();
        assertThat(read("--quick --pages 200").small()).isFalse();
    }

    @Test
    void takesLoadsSidesAndPagesInItsOwnOrder() throws Exception {
        CrawlChoice choice = read("--loads 16_slow,2 --sides bare,rowhound,rowhound-cache --pages 200");

        assertThat(choice.turns()).containsExactly("200 pages at 2", "200 pages at 16_slow");
        assertThat(choice.sides())
                .containsExactly(CrawlContender.ROWHOUND, CrawlContender.ROWHOUND_CACHE, CrawlContender.BARE);
    }

    @Test
    void leavesOutSidesThatHaveNoLoad() throws Exception {
        assertThat(read("--loads 2,4").sides()).allMatch(side -> side.browser).hasSize(8);
        assertThat(read("--loads 8").sides()).containsExactly(CrawlContender.values());
        assertThat(read("--sides cheerio").turns()).containsExactly("2,000 pages at 8 without a browser");
        assertThatThrownBy(() -> read("--loads 2 --sides bare,cheerio"))
                .isInstanceOf(Bench.WrongArguments.class)
                .hasMessage("--loads: cheerio needs no browser and is measured at 8 alone");
    }

    @Test
    void comparesWhatIsMeasuredBesideTheProject() throws Exception {
        CrawlChoice choice = read("--sides rowhound,bare,cheerio");

        assertThat(choice.compares(CrawlContender.BARE)).isTrue();
        assertThat(choice.compares(CrawlContender.ROWHOUND)).isTrue();
        assertThat(choice.compares(CrawlContender.CHEERIO)).isFalse();
        assertThat(read("--sides rowhound,rowhound-http,cheerio").compares(CrawlContender.ROWHOUND))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--loads 2,3     | --loads: there is no load \"3\"; there are: 2, 4, 8, 16_slow, 4_slow",
                "--loads 2,      | --loads: there is no load \"\"; there are: 2, 4, 8, 16_slow, 4_slow",
                "--loads         | --loads: there is no load \"\"; there are: 2, 4, 8, 16_slow, 4_slow",
                "--loads a*      | --loads: there is no load \"a*\"; there are: 2, 4, 8, 16_slow, 4_slow",
                "--pages 0       | --pages takes a whole number from 1 to 2000, not \"0\"",
                "--pages 2001    | --pages takes a whole number from 1 to 2000, not \"2001\"",
                "--pages -1      | --pages takes a whole number from 1 to 2000, not \"-1\"",
                "--pages         | --pages takes a whole number from 1 to 2000, not \"\"",
                "--pages 10000000000000000000 | --pages takes a whole number from 1 to 2000, not \"10000000000000000000\""
            })
    void refusesWhatThereIsNot(String flags, String message) throws Exception {
        assertThatThrownBy(() -> read(flags))
                .isInstanceOf(Bench.WrongArguments.class)
                .hasMessage(message);
        // The script rejects the arguments too, before it builds anything.
        assertThat(run("crawl " + flags)).isEqualTo("2: bench/run: " + message + "\nSee bench/run --help.\n");
    }

    @Test
    void theScriptNamesTheSidesThatThereAre() throws Exception {
        String all = Stream.of(CrawlContender.values()).map(side -> side.id).collect(Collectors.joining(", "));
        String message = "--sides: there is no side \"traul\"; there are: " + all;

        assertThatThrownBy(() -> read("--sides rowhound,traul")).hasMessage(message);
        assertThat(run("crawl --sides=rowhound,traul"))
                .isEqualTo("2: bench/run: " + message + "\nSee bench/run --help.\n");
        assertThat(run("--help").replaceAll("\\s+", " ")).contains(all, "2, 4, 8, 16_slow, 4_slow");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--loads 2", "--sides bare", "--pages 200"})
    void otherBenchesHaveNothingOfTheKind(String flags) throws Exception {
        String option = flags.split(" ")[0];
        assertThat(run(flags + " queue"))
                .isEqualTo("2: bench/run: " + option + " is an option of crawl, not of queue\nSee bench/run --help.\n");
    }

    private static CrawlChoice read(String flags) throws Bench.WrongArguments {
        return CrawlChoice.read(List.of(flags.split(" ")));
    }

    /** The exit status and output of the script. */
    private static String run(String arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(TestNode.home().resolve("bench/run").toString()));
        command.addAll(List.of(arguments.split(" ")));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() + ": " + output;
    }
}
