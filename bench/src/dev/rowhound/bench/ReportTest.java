package dev.rowhound.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests reports, also with one side missing. */
class ReportTest {
    private final Figure pages = new Figure("bare_2_pages", "pages/s", Figure.Goal.AT_LEAST, 0.9);
    private final Figure memory = new Figure("bare_2_memory", "MB", Figure.Goal.NONE, 0);

    @Test
    void putsAPeerBesideTheProject() {
        for (int round = 1; round <= 3; round++) {
            pages.add(8 + round, 20);
            memory.add(300, 150);
        }

        assertThat(report().table()).isEqualTo("""
                        Measured on a Sunday

                        figure         unit     rowhound  min-max  bare  min-max  ratio   goal
                        bare_2_pages   pages/s        10     9-11    20    20-20  0.500  ≥ 0.9  falls short
                        bare_2_memory  MB            300  300-300   150  150-150      2
                        """);
        assertThat(report().json())
                .isEqualTo(
                        "{\"bench\":\"crawl\",\"ratios\":{\"bare_2_pages\":0.5},\"falls_short\":[\"bare_2_pages\"]}");
    }

    @Test
    void tellsAPeerByItself() {
        Figure alone = new Figure("bare_2_pages", "pages/s", Figure.Goal.NONE, 0.9);
        alone.addPeer(20);
        Report report = new Report("crawl", "bare", List.of("Measured on a Sunday"), List.of(alone));

        assertThat(report.table()).isEqualTo("""
                        Measured on a Sunday

                        figure        unit     bare  min-max
                        bare_2_pages  pages/s    20    20-20
                        """);
        assertThat(report.json()).isEqualTo("{\"bench\":\"crawl\",\"ratios\":{},\"falls_short\":[]}");
    }

    @Test
    void tellsTheProjectByItself() {
        Figure alone = new Figure("rowhound_2_pages", "pages/s", Figure.Goal.NONE, 0);
        alone.add(10);
        Report report = new Report("crawl", "rowhound", List.of("Measured on a Sunday"), List.of(alone));

        assertThat(report.table()).isEqualTo("""
                        Measured on a Sunday

                        figure            unit     rowhound  min-max
                        rowhound_2_pages  pages/s        10    10-10
                        """);
        assertThat(report.json()).isEqualTo("{\"bench\":\"crawl\",\"ratios\":{},\"falls_short\":[]}");
    }

    @Test
    void tellsWhatIsHeldAgainstAGoalWithoutAPeer() {
        Figure worst = new Figure("worst_beside_60_jobs", "items", Figure.Goal.OWN_AT_MOST, 4);
        worst.add(4.5);
        Report report = new Report("fairness", "", List.of("Measured on a Sunday"), List.of(worst));

        assertThat(report.table()).isEqualTo("""
                        Measured on a Sunday

                        figure                unit   rowhound  min-max  ratio       goal
                        worst_beside_60_jobs  items       4.5  4.5-4.5         ≤ 4 items  falls short
                        """);
        assertThat(report.json())
                .isEqualTo("{\"bench\":\"fairness\",\"ratios\":{},\"values\":{\"worst_beside_60_jobs\":4.5},"
                        + "\"falls_short\":[\"worst_beside_60_jobs\"]}");
    }

    private Report report() {
        return new Report("crawl", "bare", List.of("Measured on a Sunday"), List.of(pages, memory));
    }
}
